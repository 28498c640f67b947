"""Every SELECT about results. `own_*` show what is released and nothing else."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from courses.attempts.models import Attempt
from courses.catalogue.models import Component, Course, CourseVersion
from courses.results.models import ComponentResult, CourseResult
from lms.kernel.paging import PageRequest


async def own_component_results(
    session: AsyncSession, person_id: UUID
) -> Sequence[Row[ComponentResult, Component, int]]:
    """A person's released component results with the attempt's number, the newest first."""
    query = (
        select(ComponentResult, Component, col(Attempt.number))
        .join(Component, col(Component.id) == col(ComponentResult.component_id))
        .join(Attempt, col(Attempt.id) == col(ComponentResult.attempt_id))
        .where(
            col(ComponentResult.person_id) == person_id,
            col(ComponentResult.released_at).is_not(None),
        )
        .order_by(col(ComponentResult.id).desc())
        .limit(200)
    )
    return (await session.execute(query)).all()


async def own_course_results(
    session: AsyncSession, person_id: UUID
) -> Sequence[Row[CourseResult, Course, CourseVersion]]:
    """A person's course results in force, the newest first."""
    query = (
        select(CourseResult, Course, CourseVersion)
        .join(Course, col(Course.id) == col(CourseResult.course_id))
        .join(CourseVersion, col(CourseVersion.id) == col(CourseResult.version_id))
        .where(col(CourseResult.person_id) == person_id, col(CourseResult.superseded_at).is_(None))
        .order_by(col(CourseResult.id).desc())
        .limit(200)
    )
    return (await session.execute(query)).all()


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
        query = query.where(col(ComponentResult.id) > UUID(str(page.after[0])))
    return (await session.scalars(query)).all()


async def course_results_of_enrolment(
    session: AsyncSession, enrolment_id: UUID
) -> Sequence[CourseResult]:
    """Every verdict that an enrolment has had, the newest first, for staff."""
    query = select(CourseResult).where(col(CourseResult.enrolment_id) == enrolment_id)
    return (await session.scalars(query.order_by(col(CourseResult.number).desc()))).all()
