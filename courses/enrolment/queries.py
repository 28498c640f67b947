"""Reading enrolments and counting seats. `own` reads take the acting person's id as their scope."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from courses.catalogue.models import Course, CourseVersion
from courses.enrolment.attendance.models import Attendance
from courses.enrolment.models import Enrolment, EnrolmentState, SeatHold
from courses.enrolment.seats.capacity import Seats
from courses.schedule.models import CourseClass
from lms.kernel.paging import PageRequest
from lms.kernel.problems import NotFound

SEATED = (EnrolmentState.CONFIRMED, EnrolmentState.COMPLETED)
ACTIVE = (EnrolmentState.WAITLISTED, EnrolmentState.CONFIRMED)


async def seats_of(
    session: AsyncSession, totals: Mapping[UUID, int], now: datetime
) -> dict[UUID, Seats]:
    """The seats of some classes, whose totals the caller has, in one statement.

    True for as long as the class's lock is held.
    """
    state = col(Enrolment.state)
    held = (
        select(func.coalesce(func.sum(SeatHold.seats), 0))
        .where(
            col(SeatHold.class_id) == col(CourseClass.id),
            col(SeatHold.expires_at) > now,
        )
        .scalar_subquery()
    )
    query = (
        select(
            col(CourseClass.id),
            func.count().filter(state.in_(SEATED)).label("taken"),
            func.count().filter(state == EnrolmentState.WAITLISTED).label("waiting"),
            held.label("held"),
        )
        .outerjoin(Enrolment, col(Enrolment.class_id) == col(CourseClass.id))
        .where(col(CourseClass.id).in_(totals))
        .group_by(col(CourseClass.id))
    )
    return {
        row.id: Seats(total=totals[row.id], taken=row.taken, waiting=row.waiting, held=row.held)
        for row in await session.execute(query)
    }


async def first_waiting(
    session: AsyncSession, class_id: UUID, most: int | None = None
) -> Sequence[Enrolment]:
    """Those who wait for a class, first in first."""
    query = (
        select(Enrolment)
        .where(
            col(Enrolment.class_id) == class_id,
            col(Enrolment.state) == EnrolmentState.WAITLISTED,
        )
        .order_by(col(Enrolment.waitlist_place))
        .limit(most)
        .execution_options(populate_existing=True)
        .with_for_update(key_share=True)
    )
    return (await session.scalars(query)).all()


async def next_waitlist_place(session: AsyncSession, class_id: UUID) -> int:
    """The place at the end of a locked class's waitlist."""
    query = select(func.max(Enrolment.waitlist_place)).where(col(Enrolment.class_id) == class_id)
    return (await session.scalar(query) or 0) + 1


async def active_in_class(session: AsyncSession, class_id: UUID) -> Sequence[Enrolment]:
    """Everybody who has or waits for a seat of a locked class."""
    query = (
        select(Enrolment)
        .where(col(Enrolment.class_id) == class_id, col(Enrolment.state).in_(ACTIVE))
        .order_by(col(Enrolment.id))
        .execution_options(populate_existing=True)
        .with_for_update(key_share=True)
    )
    return (await session.scalars(query)).all()


async def course_of_version(session: AsyncSession, version_id: UUID) -> UUID:
    """The course that a version is of."""
    query = select(col(CourseVersion.course_id)).where(col(CourseVersion.id) == version_id)
    return (await session.scalars(query)).one()


async def enrolment_by_id(session: AsyncSession, enrolment_id: UUID) -> Enrolment | None:
    """One enrolment as it is now."""
    return await session.get(Enrolment, enrolment_id, populate_existing=True)


async def enrolments_by_id(
    session: AsyncSession, enrolment_ids: Collection[UUID]
) -> dict[UUID, Enrolment]:
    """Some enrolments as they are now."""
    query = (
        select(Enrolment)
        .where(col(Enrolment.id).in_(enrolment_ids))
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in await session.scalars(query)}


async def require_enrolment(
    session: AsyncSession,
    enrolment_id: UUID,
    *,
    own: UUID | None = None,
    organisation_id: UUID | None = None,
) -> Enrolment:
    """One enrolment: of a person, of a sponsor, or (neither given) of the issuer.

    Raises:
        NotFound: there is none in that scope.
    """
    found = await enrolment_by_id(session, enrolment_id)
    if (
        found is None
        or (own is not None and found.person_id != own)
        or (organisation_id is not None and found.organisation_id != organisation_id)
    ):
        raise NotFound
    return found


async def enrolled_already(
    session: AsyncSession, course_id: UUID, person_ids: Collection[UUID]
) -> frozenset[UUID]:
    """Those among the people with an active enrolment in a course."""
    query = select(col(Enrolment.person_id)).where(
        col(Enrolment.course_id) == course_id,
        col(Enrolment.person_id).in_(person_ids),
        col(Enrolment.state).in_(ACTIVE),
    )
    return frozenset(await session.scalars(query))


async def enrolments_of_person(
    session: AsyncSession, person_id: UUID, page: PageRequest
) -> Sequence[Enrolment]:
    """A person's enrolments, newest first, one more than the page holds."""
    query = select(Enrolment).where(col(Enrolment.person_id) == person_id)
    if page.after:
        query = query.where(col(Enrolment.id) < page.after_id())
    query = query.order_by(col(Enrolment.id).desc()).limit(page.limit + 1)
    return (await session.scalars(query)).all()


async def enrolments_of_sponsor(
    session: AsyncSession, organisation_id: UUID, page: PageRequest
) -> Sequence[Enrolment]:
    """The enrolments that a company pays, newest first, one more than the page holds."""
    query = select(Enrolment).where(col(Enrolment.organisation_id) == organisation_id)
    if page.after:
        query = query.where(col(Enrolment.id) < page.after_id())
    query = query.order_by(col(Enrolment.id).desc()).limit(page.limit + 1)
    return (await session.scalars(query)).all()


async def enrolments_of_class(
    session: AsyncSession, class_id: UUID, page: PageRequest
) -> Sequence[Enrolment]:
    """A class's enrolments in the order in which they were made, one more than the page holds."""
    query = select(Enrolment).where(col(Enrolment.class_id) == class_id)
    if page.after:
        query = query.where(col(Enrolment.id) > page.after_id())
    query = query.order_by(col(Enrolment.id)).limit(page.limit + 1)
    return (await session.scalars(query)).all()


async def codes_of(session: AsyncSession, rows: Sequence[Enrolment]) -> dict[UUID, str]:
    """The course codes that some enrolments' courses have."""
    wanted = {row.course_id for row in rows}
    query = select(col(Course.id), col(Course.code)).where(col(Course.id).in_(wanted))
    return {row.id: row.code for row in await session.execute(query)}


async def sponsored_active(
    session: AsyncSession, organisation_id: UUID, person_id: UUID
) -> Sequence[Enrolment]:
    """A person's active enrolments that a company pays."""
    query = (
        select(Enrolment)
        .where(
            col(Enrolment.organisation_id) == organisation_id,
            col(Enrolment.person_id) == person_id,
            col(Enrolment.state).in_(ACTIVE),
        )
        .order_by(col(Enrolment.class_id), col(Enrolment.id))
    )
    return (await session.scalars(query)).all()


async def attended_at_all(
    session: AsyncSession, enrolment_ids: Collection[UUID]
) -> frozenset[UUID]:
    """Those among the enrolments whose learner was in class for at least a minute."""
    query = select(col(Attendance.enrolment_id)).where(
        col(Attendance.enrolment_id).in_(enrolment_ids), col(Attendance.minutes) > 0
    )
    return frozenset(await session.scalars(query))
