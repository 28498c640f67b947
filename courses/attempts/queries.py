"""SELECTs about attempts outside the hot paths."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from courses.attempts.models import Attempt, AttemptItem, AttemptLog, AttemptState
from courses.enrolment.models import Enrolment
from courses.enrolment.ports import Unsettled
from courses.sittings.models import Accommodation, Sitting
from lms.kernel.paging import PageRequest
from lms.kernel.problems import NotFound


async def attempts_of_person(session: AsyncSession, person_id: UUID) -> Sequence[Attempt]:
    """A person's attempts, the newest first; at most 100."""
    query = (
        select(Attempt)
        .where(col(Attempt.person_id) == person_id)
        .order_by(col(Attempt.id).desc())
        .limit(100)
    )
    return (await session.scalars(query)).all()


async def with_attempts(session: AsyncSession, enrolment_ids: Collection[UUID]) -> frozenset[UUID]:
    """The enrolments for which an attempt was begun: enrolment's port AttemptsMade."""
    query = select(col(Attempt.enrolment_id)).where(col(Attempt.enrolment_id).in_(enrolment_ids))
    return frozenset(await session.scalars(query))


async def unsettled(session: AsyncSession, enrolment_ids: Collection[UUID]) -> Sequence[Unsettled]:
    """The enrolments' attempts without a released result: enrolment's port AttemptsMade."""
    query = (
        select(col(Attempt.id), col(Attempt.state))
        .where(col(Attempt.enrolment_id).in_(enrolment_ids), col(Attempt.released_at).is_(None))
        .order_by(col(Attempt.id))
    )
    return [
        Unsettled(attempt_id=row.id, running=row.state == AttemptState.OPEN)
        for row in await session.execute(query)
    ]


async def awaits_result(session: AsyncSession, person_id: UUID, course_id: UUID) -> bool:
    """Whether an attempt of a person at a course's exams is open or has no released result."""
    waiting = exists().where(
        col(Attempt.person_id) == person_id,
        col(Attempt.released_at).is_(None),
        col(Attempt.enrolment_id) == col(Enrolment.id),
        col(Enrolment.course_id) == course_id,
    )
    return bool(await session.scalar(select(waiting)))


async def attempts_of_sitting(
    session: AsyncSession, sitting_id: UUID, page: PageRequest
) -> Sequence[Attempt]:
    """A sitting's attempts in the order of their beginning; one more than the page holds."""
    query = (
        select(Attempt)
        .where(col(Attempt.sitting_id) == sitting_id)
        .order_by(col(Attempt.id))
        .limit(page.limit + 1)
    )
    if page.after:
        query = query.where(col(Attempt.id) > page.after_id())
    return (await session.scalars(query)).all()


async def require_attempt(session: AsyncSession, attempt_id: UUID) -> Attempt:
    """One attempt, for staff.

    Raises:
        NotFound: there is none.
    """
    found = await session.get(Attempt, attempt_id)
    if found is None:
        raise NotFound
    return found


async def record_of(
    session: AsyncSession, attempt_id: UUID
) -> tuple[Sequence[AttemptItem], Sequence[AttemptLog]]:
    """An attempt's items by position, and its log in order."""
    items = select(AttemptItem).where(col(AttemptItem.attempt_id) == attempt_id)
    lines = select(AttemptLog).where(col(AttemptLog.attempt_id) == attempt_id)
    return (
        (await session.scalars(items.order_by(col(AttemptItem.position)))).all(),
        (await session.scalars(lines.order_by(col(AttemptLog.id)))).all(),
    )


async def running_ids(
    session: AsyncSession,
    now: datetime,
    *,
    person_id: UUID | None = None,
    sitting_id: UUID | None = None,
) -> list[UUID]:
    """Attempts of a person or a sitting that are open and before their deadline."""
    query = select(col(Attempt.id)).where(
        col(Attempt.state) == AttemptState.OPEN, col(Attempt.deadline_at) > now
    )
    if person_id is not None:
        query = query.where(col(Attempt.person_id) == person_id)
    if sitting_id is not None:
        query = query.where(col(Attempt.sitting_id) == sitting_id)
    return list(await session.scalars(query.order_by(col(Attempt.id))))


async def running_in(session: AsyncSession, now: datetime, sitting_id: UUID) -> Sequence[Attempt]:
    """A sitting's attempts that are open and before their deadline."""
    query = select(Attempt).where(
        col(Attempt.sitting_id) == sitting_id,
        col(Attempt.state) == AttemptState.OPEN,
        col(Attempt.deadline_at) > now,
    )
    return (await session.scalars(query)).all()


async def with_sitting(session: AsyncSession, attempt_id: UUID) -> tuple[Attempt, Sitting]:
    """A locked attempt, read afresh, with its sitting."""
    query = (
        select(Attempt, Sitting)
        .join(Sitting, col(Sitting.id) == col(Attempt.sitting_id))
        .where(col(Attempt.id) == attempt_id)
        .execution_options(populate_existing=True)
    )
    row = (await session.execute(query)).one()
    return row[0], row[1]


async def accommodations_of(session: AsyncSession, person_id: UUID) -> Sequence[Accommodation]:
    """A person's standing rights, ended ones too, in the order of their giving."""
    query = select(Accommodation).where(col(Accommodation.person_id) == person_id)
    return (await session.scalars(query.order_by(col(Accommodation.id)))).all()


async def extra_percents(session: AsyncSession, person_id: UUID) -> list[int]:
    """The extra time of a person's standing rights in force."""
    query = select(col(Accommodation.extra_percent)).where(
        col(Accommodation.person_id) == person_id, col(Accommodation.ended_at).is_(None)
    )
    return list(await session.scalars(query))


async def require_accommodation(session: AsyncSession, accommodation_id: UUID) -> Accommodation:
    """One standing right, locked.

    Raises:
        NotFound: there is none.
    """
    lock = {"key_share": True}
    found = await session.get(Accommodation, accommodation_id, with_for_update=lock)
    if found is None:
        raise NotFound
    return found
