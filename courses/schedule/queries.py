"""Reading classes and meetings; both are public, trainers by id only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from courses.catalogue.models import Course, CourseVersion
from courses.schedule.models import ClassState, CourseClass, Meeting
from lms.kernel.problems import NotFound


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class with the words for its course and version."""

    id: UUID
    course_id: UUID
    course_code: str
    version_id: UUID
    version: int
    code: str
    seats: int
    state: ClassState
    revision: int


CLASS_ROWS: Select[*tuple[Any, ...]] = (
    select(
        col(CourseClass.id),
        col(Course.id).label("course_id"),
        col(Course.code).label("course_code"),
        col(CourseVersion.id).label("version_id"),
        col(CourseVersion.number).label("version"),
        col(CourseClass.code).label("code"),
        col(CourseClass.seats),
        col(CourseClass.state),
        col(CourseClass.revision),
    )
    .join(CourseVersion, col(CourseVersion.id) == col(CourseClass.version_id))
    .join(Course, col(Course.id) == col(CourseVersion.course_id))
)


def _class_row(row: Row[*tuple[Any, ...]]) -> ClassRow:
    return ClassRow(*row)


async def require_class(session: AsyncSession, class_id: UUID) -> ClassRow:
    """One class.

    Raises:
        NotFound: there is none.
    """
    row = (await session.execute(CLASS_ROWS.where(col(CourseClass.id) == class_id))).first()
    if row is None:
        raise NotFound
    return _class_row(row)


async def class_entity(session: AsyncSession, class_id: UUID) -> CourseClass:
    """A class's row as it is now, for a verb that holds its lock.

    Raises:
        NotFound: there is none.
    """
    found = await session.get(CourseClass, class_id, populate_existing=True)
    if found is None:
        raise NotFound
    return found


async def classes_of(session: AsyncSession, course_id: UUID) -> Sequence[ClassRow]:
    """A course's classes that take place, by their code."""
    query = CLASS_ROWS.where(
        col(Course.id) == course_id, col(CourseClass.state) != ClassState.CANCELLED
    ).order_by(col(CourseClass.code), col(CourseClass.id))
    return [_class_row(row) for row in await session.execute(query)]


async def open_classes_of(session: AsyncSession, version_id: UUID) -> Sequence[UUID]:
    """The classes of a version that may take people."""
    query = select(col(CourseClass.id)).where(
        col(CourseClass.version_id) == version_id, col(CourseClass.state) == ClassState.OPEN
    )
    return (await session.scalars(query)).all()


async def meetings(session: AsyncSession, class_id: UUID) -> Sequence[Meeting]:
    """A class's meetings in the order of their days."""
    return (await meetings_of(session, [class_id])).get(class_id, [])


async def meetings_of(
    session: AsyncSession, class_ids: Iterable[UUID]
) -> dict[UUID, list[Meeting]]:
    """The meetings of several classes, each class's in the order of their days."""
    query = (
        select(Meeting)
        .where(col(Meeting.class_id).in_(list(class_ids)))
        .order_by(col(Meeting.starts_at), col(Meeting.id))
    )
    found: dict[UUID, list[Meeting]] = {}
    for row in await session.scalars(query):
        found.setdefault(row.class_id, []).append(row)
    return found


async def require_meeting(
    session: AsyncSession, class_id: UUID, meeting_id: UUID, *, locked: bool = False
) -> Meeting:
    """One meeting of a class.

    Raises:
        NotFound: the class has no such meeting.
    """
    lock = {"key_share": True} if locked else None
    found = await session.get(Meeting, meeting_id, with_for_update=lock)
    if found is None or found.class_id != class_id:
        raise NotFound
    return found


async def trains(session: AsyncSession, person_id: UUID, class_id: UUID) -> bool:
    """Whether a person is the trainer of any meeting of a class."""
    query = select(
        exists().where(col(Meeting.class_id) == class_id, col(Meeting.trainer_id) == person_id)
    )
    return bool(await session.scalar(query))


async def begins_at(session: AsyncSession, class_id: UUID) -> datetime | None:
    """When a class first meets, or None without meetings."""
    return (await beginnings(session, [class_id])).get(class_id)


async def beginnings(session: AsyncSession, class_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """When several classes first meet; those without meetings are left out."""
    query = (
        select(col(Meeting.class_id), func.min(col(Meeting.starts_at)).label("at"))
        .where(col(Meeting.class_id).in_(list(class_ids)))
        .group_by(col(Meeting.class_id))
    )
    return {row.class_id: row.at for row in await session.execute(query)}
