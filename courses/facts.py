"""Read-only answers about learning, for certs: what it may know without knowing how it is kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from courses.catalogue.models import Course, CourseVersion, TitleStatus, ValidityKind
from courses.enrolment.attendance.models import Attendance
from courses.enrolment.models import Enrolment
from courses.results.models import CourseResult
from courses.schedule.models import Meeting


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """A course as a scheme names it."""

    id: UUID
    code: str


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """A course version as a certificate states it.

    `validity_months` is None where a certificate has no end; `validity_set` tells that from a
    validity that nobody has decided on yet.
    """

    id: UUID
    number: int
    course_id: UUID
    course_code: str
    title_zh_hant: str
    title_en: str
    title_en_verified: bool
    validity_set: bool
    validity_months: int | None


async def course_by_code(session: AsyncSession, code: str) -> CourseFacts | None:
    """The course with that code."""
    query = select(col(Course.id), col(Course.code)).where(col(Course.code) == code)
    row = (await session.execute(query)).one_or_none()
    return CourseFacts(id=row.id, code=row.code) if row is not None else None


async def known_codes(session: AsyncSession, codes: Iterable[str]) -> set[str]:
    """Those of the codes that are of a course of the catalogue."""
    query = select(col(Course.code)).where(col(Course.code).in_(list(codes)))
    return set(await session.scalars(query))


async def version_facts(session: AsyncSession, version_id: UUID) -> VersionFacts | None:
    """A course version, whatever its state: what was certified stays certified."""
    query: Select[*tuple[Any, ...]] = (
        select(
            col(CourseVersion.id),
            col(CourseVersion.number),
            col(CourseVersion.validity_kind),
            col(CourseVersion.validity_months),
            col(Course.id).label("course_id"),
            col(Course.code),
            col(Course.title_zh_hant),
            col(Course.title_en),
            col(Course.title_en_status),
        )
        .join(Course, col(Course.id) == col(CourseVersion.course_id))
        .where(col(CourseVersion.id) == version_id)
    )
    row = (await session.execute(query)).one_or_none()
    return _version(row) if row is not None else None


async def passed_enrolments(session: AsyncSession, enrolment_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the enrolments whose course result, as it stands now, is a pass."""
    query = select(col(CourseResult.enrolment_id)).where(
        col(CourseResult.enrolment_id).in_(list(enrolment_ids)),
        col(CourseResult.superseded_at).is_(None),
        col(CourseResult.passed),
    )
    return set(await session.scalars(query))


async def trained_by(
    session: AsyncSession, trainer_id: UUID, course_id: UUID, person_ids: Iterable[UUID]
) -> set[UUID]:
    """Those of the people whom somebody trained in a course.

    In the class that they are enrolled in, and wherever they attended: who moved to another class
    keeps the trainers of the one that they sat in.
    """
    attended = exists().where(
        col(Attendance.enrolment_id) == col(Enrolment.id),
        col(Attendance.meeting_id) == col(Meeting.id),
        col(Attendance.minutes) > 0,
    )
    query = (
        select(col(Enrolment.person_id))
        .join(Meeting, or_(col(Meeting.class_id) == col(Enrolment.class_id), attended))
        .where(
            col(Enrolment.course_id) == course_id,
            col(Enrolment.person_id).in_(list(person_ids)),
            col(Meeting.trainer_id) == trainer_id,
        )
        .distinct()
    )
    return set(await session.scalars(query))


def _version(row: Row[Any]) -> VersionFacts:
    return VersionFacts(
        id=row.id,
        number=row.number,
        course_id=row.course_id,
        course_code=row.code,
        title_zh_hant=row.title_zh_hant,
        title_en=row.title_en,
        title_en_verified=row.title_en_status is TitleStatus.VERIFIED,
        validity_set=row.validity_kind is not ValidityKind.UNSET,
        validity_months=row.validity_months,
    )
