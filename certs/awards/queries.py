"""Reading awards and candidates."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from certs.awards.models import Award, AwardCandidate, CandidateState
from lms.kernel.paging import PageRequest
from lms.kernel.problems import NotFound


async def require_award(session: AsyncSession, award_id: UUID) -> Award:
    """One award as it is now.

    Raises:
        NotFound: there is none.
    """
    found = await session.get(Award, award_id, populate_existing=True)
    if found is None:
        raise NotFound
    return found


async def awards_of_enrolment(session: AsyncSession, enrolment_id: UUID) -> Sequence[Award]:
    """Every award that an enrolment led to, newest first."""
    query = (
        select(Award).where(col(Award.enrolment_id) == enrolment_id).order_by(col(Award.id).desc())
    )
    return (await session.scalars(query)).all()


async def candidates_of_enrolment(
    session: AsyncSession, enrolment_id: UUID
) -> Sequence[AwardCandidate]:
    """Every candidate that an enrolment led to."""
    query = select(AwardCandidate).where(col(AwardCandidate.enrolment_id) == enrolment_id)
    return (await session.scalars(query)).all()


async def awards(
    session: AsyncSession,
    page: PageRequest,
    *,
    person_id: UUID | None = None,
    course_code: str | None = None,
    result_withdrawn: bool | None = None,
) -> Sequence[Award]:
    """Awards, newest first, one more than the page holds."""
    query = select(Award).order_by(col(Award.id).desc()).limit(page.limit + 1)
    if person_id is not None:
        query = query.where(col(Award.person_id) == person_id)
    if course_code is not None:
        query = query.where(col(Award.course_code) == course_code)
    if result_withdrawn is not None:
        withdrawn = col(Award.result_withdrawn_at).is_not(None)
        query = query.where(withdrawn if result_withdrawn else ~withdrawn)
    if page.after:
        query = query.where(col(Award.id) < page.after_id())
    return (await session.scalars(query)).all()


async def candidates(
    session: AsyncSession, page: PageRequest, *, state: CandidateState
) -> Sequence[AwardCandidate]:
    """Candidates in one state, longest waiting first, one more than the page holds."""
    query = (
        select(AwardCandidate)
        .where(col(AwardCandidate.state) == state)
        .order_by(col(AwardCandidate.id))
        .limit(page.limit + 1)
    )
    if page.after:
        query = query.where(col(AwardCandidate.id) > page.after_id())
    return (await session.scalars(query)).all()


async def candidates_by_id(
    session: AsyncSession, ids: Iterable[UUID]
) -> dict[UUID, AwardCandidate]:
    """Those candidates, as they are now."""
    rows = await session.scalars(
        select(AwardCandidate)
        .where(col(AwardCandidate.id).in_(list(ids)))
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in rows}
