"""Reading the versions of the centre policy. They are no secret: whoever evaluates reads them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from certs.centres.policy.models import CentrePolicy
from certs.centres.policy.rules import Policy
from certs.centres.policy.timeline import PolicyTimeline

VERSIONS = """
    (SELECT json_agg(json_build_array(version, effective_from, document)) FROM centre_policy)
"""
"""All versions as one value, so that whoever reads centres has them in the same round trip."""

READ = text(f"SELECT {VERSIONS}")


async def policy_timeline(session: AsyncSession) -> PolicyTimeline:
    """What is in force when."""
    return timeline_of(await session.scalar(READ))


def timeline_of(versions: Sequence[tuple[int, str, dict[str, Any]]] | None) -> PolicyTimeline:
    """From the value of `VERSIONS`."""
    return PolicyTimeline(
        Policy.of(version, date.fromisoformat(effective_from), document)
        for version, effective_from, document in versions or ()
    )


async def policy_rows(session: AsyncSession) -> Sequence[CentrePolicy]:
    """The versions as stored, newest first."""
    query = select(CentrePolicy).order_by(col(CentrePolicy.version).desc())
    return (await session.scalars(query)).all()
