"""Reading the versions of the centre policy. They are no secret: whoever evaluates reads them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from certs.centres.policy.models import CentrePolicy
from certs.centres.policy.rules import Policy
from certs.centres.policy.timeline import PolicyTimeline

VERSIONS = select(
    col(CentrePolicy.version), col(CentrePolicy.effective_from), col(CentrePolicy.document)
)


async def stored_policies(session: AsyncSession) -> list[Policy]:
    """All versions that are stored; none before the first evaluation."""
    rows = await session.execute(VERSIONS)
    return [Policy.of(row.version, row.effective_from, row.document) for row in rows.all()]


async def policy_timeline(session: AsyncSession) -> PolicyTimeline:
    """What is in force when; the first policy alone while none is stored."""
    return PolicyTimeline(await stored_policies(session))


async def policy_rows(session: AsyncSession) -> Sequence[CentrePolicy]:
    """The versions as stored, newest first."""
    query = select(CentrePolicy).order_by(col(CentrePolicy.version).desc())
    return (await session.scalars(query)).all()
