"""Reading proposals. Only issuer staff reads them; the route's permission is the scope."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from lms.approvals.models import Proposal, ProposalState
from lms.kernel.paging import PageRequest
from lms.kernel.problems import NotFound


async def require_proposal(session: AsyncSession, proposal_id: UUID) -> Proposal:
    """One proposal.

    Raises:
        NotFound: there is none.
    """
    found = await session.get(Proposal, proposal_id)
    if found is None:
        raise NotFound
    return found


async def lock_proposal(session: AsyncSession, proposal_id: UUID) -> Proposal:
    """One proposal, locked so that one decision wins.

    Raises:
        NotFound: there is none.
    """
    found = await session.get(Proposal, proposal_id, with_for_update={"key_share": True})
    if found is None:
        raise NotFound
    return found


async def proposals(
    session: AsyncSession, page: PageRequest, *, state: ProposalState | None
) -> Sequence[Proposal]:
    """Proposals, newest first, one more than the page holds."""
    query = select(Proposal).order_by(col(Proposal.id).desc()).limit(page.limit + 1)
    if state is not None:
        query = query.where(col(Proposal.state) == state)
    if page.after:
        query = query.where(col(Proposal.id) < page.after_id())
    return (await session.scalars(query)).all()
