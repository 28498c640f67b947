"""Every SELECT about sittings."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from courses.catalogue.models import Component
from courses.enrolment.models import Enrolment, EnrolmentState
from courses.papers.models import Exam, ExamState, ExamVersion
from courses.sittings.models import Sitting, SittingCandidate
from lms.kernel.paging import PageRequest
from lms.kernel.problems import NotFound


async def require_sitting(
    session: AsyncSession, sitting_id: UUID, *, locked: bool = False
) -> Sitting:
    """One sitting, locked when it is to be changed.

    Raises:
        NotFound: there is none.
    """
    lock = {"key_share": True} if locked else None
    found = await session.get(Sitting, sitting_id, with_for_update=lock)
    if found is None:
        raise NotFound
    return found


async def sittings_of_exam(
    session: AsyncSession, exam_id: UUID, page: PageRequest
) -> Sequence[Sitting]:
    """An exam's sittings in the order of their making; one more than the page holds."""
    query = (
        select(Sitting)
        .where(col(Sitting.exam_id) == exam_id)
        .order_by(col(Sitting.id))
        .limit(page.limit + 1)
    )
    if page.after:
        query = query.where(col(Sitting.id) > page.after_id())
    return (await session.scalars(query)).all()


async def candidates(session: AsyncSession, sitting_id: UUID) -> list[UUID]:
    """The enrolments that are listed for a sitting."""
    query = (
        select(col(SittingCandidate.enrolment_id))
        .where(col(SittingCandidate.sitting_id) == sitting_id)
        .order_by(col(SittingCandidate.enrolment_id))
    )
    return list(await session.scalars(query))


async def enrolments_of_exam(
    session: AsyncSession, exam_id: UUID, enrolment_ids: Sequence[UUID]
) -> set[UUID]:
    """Which of these enrolments are pinned to the course version that the exam belongs to."""
    query = (
        select(col(Enrolment.id))
        .join(Component, col(Component.version_id) == col(Enrolment.version_id))
        .join(Exam, col(Exam.component_id) == col(Component.id))
        .where(col(Exam.id) == exam_id, col(Enrolment.id).in_(enrolment_ids))
    )
    return set(await session.scalars(query))


async def own_sittings(
    session: AsyncSession, person_id: UUID, now: datetime
) -> Sequence[Row[Sitting, Enrolment, Component, ExamVersion]]:
    """Sittings that are open or to come, for the person's confirmed enrolments; at most 100."""
    listed = exists().where(
        col(SittingCandidate.sitting_id) == col(Sitting.id),
        col(SittingCandidate.enrolment_id) == col(Enrolment.id),
    )
    query = (
        select(Sitting, Enrolment, Component, ExamVersion)
        .join(Exam, col(Exam.id) == col(Sitting.exam_id))
        .join(Component, col(Component.id) == col(Exam.component_id))
        .join(Enrolment, col(Enrolment.version_id) == col(Component.version_id))
        .join(
            ExamVersion,
            and_(
                col(ExamVersion.exam_id) == col(Exam.id),
                col(ExamVersion.state) == ExamState.PUBLISHED,
            ),
        )
        .where(
            col(Enrolment.person_id) == person_id,
            col(Enrolment.state) == EnrolmentState.CONFIRMED,
            col(Sitting.closes_at) > now,
            col(Sitting.cancelled_at).is_(None),
            or_(~col(Sitting.listed_only), listed),
        )
        .order_by(col(Sitting.opens_at), col(Sitting.id))
        .limit(100)
    )
    return (await session.execute(query)).all()
