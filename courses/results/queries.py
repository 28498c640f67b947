"""SELECTs about results for staff and companies. What learners see: `own_results.py`."""

from collections.abc import Collection, Sequence
from fractions import Fraction
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from courses.attempts.models import Attempt
from courses.catalogue.models import Course
from courses.enrolment.ports import CourseOutcome
from courses.results.models import ComponentResult, CourseResult
from courses.results.percent import percent_shown
from lms.kernel.paging import PageRequest


async def results_of_sitting(
    session: AsyncSession, sitting_id: UUID, page: PageRequest, *, reader_id: UUID
) -> Sequence[ComponentResult]:
    """A sitting's results, released or not, for staff; one more than the page holds.

    Without those that the reader waits for: to them the reader is a candidate.
    """
    query = (
        select(ComponentResult)
        .join(Attempt, col(Attempt.id) == col(ComponentResult.attempt_id))
        .where(
            col(Attempt.sitting_id) == sitting_id,
            or_(
                col(ComponentResult.released_at).is_not(None),
                col(ComponentResult.person_id) != reader_id,
            ),
        )
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


async def released_outcomes(
    session: AsyncSession, person_ids: Collection[UUID]
) -> dict[UUID, list[CourseOutcome]]:
    """People's verdicts, replaced ones too, the oldest first: enrolment's port ReleasedResults."""
    query = (
        select(
            col(CourseResult.person_id),
            col(CourseResult.released_at),
            col(CourseResult.passed),
            col(CourseResult.mark_numerator),
            col(CourseResult.mark_denominator),
            col(Course.code),
        )
        .join(Course, col(Course.id) == col(CourseResult.course_id))
        .where(col(CourseResult.person_id).in_(person_ids))
        .order_by(col(CourseResult.released_at), col(CourseResult.id))
    )
    found: dict[UUID, list[CourseOutcome]] = {}
    for row in await session.execute(query):
        percent = percent_shown(Fraction(row.mark_numerator, row.mark_denominator))
        outcome = CourseOutcome(row.code, row.released_at, row.passed, percent)
        found.setdefault(row.person_id, []).append(outcome)
    return found
