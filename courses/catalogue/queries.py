"""Reading the catalogue. Courses and open versions are public; drafts are for issuer staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from courses.catalogue.in_effect import OpenVersion, in_effect
from courses.catalogue.models import (
    Component,
    Course,
    CourseVersion,
    Prerequisite,
    VersionState,
)
from lms.kernel.problems import NotFound


@dataclass(frozen=True, slots=True)
class WholeVersion:
    """A version with its components in order and the codes of its prerequisites."""

    version: CourseVersion
    components: Sequence[Component]
    prerequisites: Sequence[str]


async def require_course(session: AsyncSession, code: str, *, locked: bool = False) -> Course:
    """One course by its code.

    Raises:
        NotFound: there is none.
    """
    query = select(Course).where(col(Course.code) == code)
    if locked:
        query = query.with_for_update(key_share=True)
    found = (await session.scalars(query)).first()
    if found is None:
        raise NotFound
    return found


async def require_version(
    session: AsyncSession, code: str, number: int, *, locked: bool = False
) -> CourseVersion:
    """One version by its course's code and its number, whatever its state.

    Raises:
        NotFound: there is none.
    """
    query = (
        select(CourseVersion)
        .join(Course, col(Course.id) == col(CourseVersion.course_id))
        .where(col(Course.code) == code, col(CourseVersion.number) == number)
    )
    if locked:
        query = query.with_for_update(key_share=True, of=CourseVersion)
    found = (await session.scalars(query)).first()
    if found is None:
        raise NotFound
    return found


async def version_by_id(
    session: AsyncSession, version_id: UUID, *, locked: bool = False
) -> CourseVersion:
    """One version by its id, which the caller has from a row that refers to it."""
    lock = {"key_share": True} if locked else None
    return await session.get_one(CourseVersion, version_id, with_for_update=lock)


async def versions(session: AsyncSession, code: str) -> Sequence[CourseVersion]:
    """All versions of a course, newest first."""
    query = (
        select(CourseVersion)
        .join(Course, col(Course.id) == col(CourseVersion.course_id))
        .where(col(Course.code) == code)
        .order_by(col(CourseVersion.number).desc())
    )
    return (await session.scalars(query)).all()


async def highest_number(session: AsyncSession, course_id: UUID) -> int:
    """The number of a course's newest version, or 0."""
    query = select(func.max(CourseVersion.number)).where(col(CourseVersion.course_id) == course_id)
    return await session.scalar(query) or 0


async def next_position(session: AsyncSession) -> int:
    """The place after the last course in the list."""
    return (await session.scalar(select(func.max(Course.position))) or 0) + 1


async def components(session: AsyncSession, version_id: UUID) -> Sequence[Component]:
    """A version's components in their order."""
    query = (
        select(Component)
        .where(col(Component.version_id) == version_id)
        .order_by(col(Component.position))
    )
    return (await session.scalars(query)).all()


async def prerequisites(session: AsyncSession, version_id: UUID) -> Sequence[str]:
    """The codes of the courses whose certificates a version asks for."""
    query = (
        select(col(Course.code))
        .join(Prerequisite, col(Prerequisite.required_course_id) == col(Course.id))
        .where(col(Prerequisite.version_id) == version_id)
        .order_by(col(Course.position))
    )
    return (await session.scalars(query)).all()


async def asked_for(session: AsyncSession, version_id: UUID) -> Sequence[Prerequisite]:
    """A version's rows of prerequisites."""
    query = select(Prerequisite).where(col(Prerequisite.version_id) == version_id)
    return (await session.scalars(query)).all()


async def course_ids(session: AsyncSession, codes: Sequence[str]) -> dict[str, UUID]:
    """The ids of the courses among `codes` that exist."""
    query = select(col(Course.code), col(Course.id)).where(col(Course.code).in_(codes))
    return {row.code: row.id for row in await session.execute(query)}


async def whole(session: AsyncSession, version: CourseVersion) -> WholeVersion:
    """A version with what belongs to it."""
    return WholeVersion(
        version,
        await components(session, version.id),
        await prerequisites(session, version.id),
    )


async def open_versions(session: AsyncSession, course_id: UUID) -> list[OpenVersion]:
    """The open versions of a course, taught today or not."""
    query = select(
        col(CourseVersion.id),
        col(CourseVersion.number),
        col(CourseVersion.effective_from),
        col(CourseVersion.teach_out_on),
    ).where(
        col(CourseVersion.course_id) == course_id,
        col(CourseVersion.state) == VersionState.OPEN,
    )
    return [
        OpenVersion(row.id, row.number, row.effective_from, row.teach_out_on)
        for row in await session.execute(query)
    ]


async def version_in_effect(
    session: AsyncSession, course_id: UUID, day: date
) -> CourseVersion | None:
    """The version that takes enrolments without a class that day, or None."""
    found = in_effect(await open_versions(session, course_id), day)
    return None if found is None else await version_by_id(session, found.id)
