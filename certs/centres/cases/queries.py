"""Reading cases; issuer staff only, the route's permission is the scope."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from certs.centres.cases.models import CaseState, CentreCase
from lms.kernel.paging import PageRequest
from lms.kernel.problems import NotFound


async def cases(
    session: AsyncSession, page: PageRequest, *, state: CaseState | None, centre_id: UUID | None
) -> Sequence[CentreCase]:
    """Cases, newest first, one more than the page holds."""
    query = select(CentreCase).order_by(col(CentreCase.id).desc()).limit(page.limit + 1)
    if state is not None:
        query = query.where(col(CentreCase.state) == state)
    if centre_id is not None:
        query = query.where(col(CentreCase.centre_id) == centre_id)
    if page.after:
        query = query.where(col(CentreCase.id) < page.after_id())
    return (await session.scalars(query)).all()


async def require_case(session: AsyncSession, case_id: UUID) -> CentreCase:
    """One case.

    Raises:
        NotFound: there is none.
    """
    found = await session.get(CentreCase, case_id)
    if found is None:
        raise NotFound
    return found
