"""SELECTs about results for staff. What learners see is read in `own_results.py`."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from courses.attempts.models import Attempt
from courses.results.models import ComponentResult, CourseResult
from lms.kernel.paging import PageRequest


async def results_of_sitting(
    session: AsyncSession, sitting_id: UUID, page: PageRequest
) -> Sequence[ComponentResult]:
    """All results of a sitting, released or not, for staff; one more than the page holds."""
    query = (
        select(ComponentResult)
        .join(Attempt, col(Attempt.id) == col(ComponentResult.attempt_id))
        .where(col(Attempt.sitting_id) == sitting_id)
        .order_by(col(ComponentResult.id))
        .limit(page.limit + 1)
    )
    if page.after:
        query = query.where(col(ComponentResult.id) > page.after_id())
    return (await session.scalars(query)).all()


async def course_results_of_enrolment(
    session: AsyncSession, enrolment_id: UUID
) -> Sequence[CourseResult]:
    """Every verdict that an enrolment has had, the newest first, for staff."""
    query = select(CourseResult).where(col(CourseResult.enrolment_id) == enrolment_id)
    return (await session.scalars(query.order_by(col(CourseResult.number).desc()))).all()
