"""Reading decisions; the company's or the issuer's scope is in the statement."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from certs.centres.decisions.models import CentreDecision
from lms.kernel.paging import PageRequest
from lms.kernel.problems import NotFound

COLUMNS: tuple[Any, ...] = (
    col(CentreDecision.id),
    col(CentreDecision.centre_id),
    col(CentreDecision.organisation_id),
    col(CentreDecision.seq),
    col(CentreDecision.kind),
    col(CentreDecision.day),
    col(CentreDecision.zone),
    col(CentreDecision.at),
    col(CentreDecision.policy_version),
    col(CentreDecision.counted),
    col(CentreDecision.qualified),
    col(CentreDecision.required),
    col(CentreDecision.outcome),
    col(CentreDecision.centre_award_id),
    col(CentreDecision.roster_fell),
    col(CentreDecision.decided_by),
    col(CentreDecision.reason),
    col(CentreDecision.evidence_hash),
)


async def decisions(
    session: AsyncSession,
    page: PageRequest,
    *,
    organisation_id: UUID | None = None,
    centre_id: UUID | None = None,
    roster_fell: bool | None = None,
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Decisions without their evidence, newest first, one more than the page holds."""
    query = select(*COLUMNS).order_by(col(CentreDecision.id).desc())
    if organisation_id is not None:
        query = query.where(col(CentreDecision.organisation_id) == organisation_id)
    if centre_id is not None:
        query = query.where(col(CentreDecision.centre_id) == centre_id)
    if roster_fell is not None:
        query = query.where(col(CentreDecision.roster_fell) == roster_fell)
    if page.after:
        query = query.where(col(CentreDecision.id) < page.after_id())
    return (await session.execute(query.limit(page.limit + 1))).all()


async def require_decision(
    session: AsyncSession,
    decision_id: UUID,
    *,
    organisation_id: UUID | None = None,
    centre_id: UUID | None = None,
) -> Row[*tuple[Any, ...]]:
    """One decision with its evidence.

    Raises:
        NotFound: there is none in the scope.
    """
    query = select(*COLUMNS, col(CentreDecision.evidence)).where(
        col(CentreDecision.id) == decision_id
    )
    if organisation_id is not None:
        query = query.where(col(CentreDecision.organisation_id) == organisation_id)
    if centre_id is not None:
        query = query.where(col(CentreDecision.centre_id) == centre_id)
    rows = (await session.execute(query)).all()
    if not rows:
        raise NotFound
    return rows[0]
