"""Reading attendance: a meeting's list, and what an enrolment adds up to."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, func, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from courses.catalogue.models import CourseVersion
from courses.enrolment.attendance.models import Attendance
from courses.enrolment.attendance.share import Attended, contact_minutes_of
from courses.enrolment.models import Enrolment
from courses.enrolment.queries import SEATED
from courses.schedule.models import Meeting
from lms.people.persons.models import Person


async def seated(session: AsyncSession, class_id: UUID, meeting_id: UUID) -> dict[UUID, UUID]:
    """The enrolments on a meeting's list, each with its person."""
    query = select(col(Enrolment.id), col(Enrolment.person_id)).where(
        _on_list(class_id, meeting_id)
    )
    return {row.id: row.person_id for row in await session.execute(query)}


def _on_list(class_id: UUID, meeting_id: UUID) -> ColumnElement[bool]:
    """Who has a seat in the class, or moved on to another after they were recorded here.

    Their minutes here count on, so they can be put right here.
    """
    seats = select(col(Enrolment.id)).where(col(Enrolment.class_id) == class_id)
    were_here = select(col(Attendance.enrolment_id)).where(col(Attendance.meeting_id) == meeting_id)
    return and_(col(Enrolment.state).in_(SEATED), col(Enrolment.id).in_(union(seats, were_here)))


async def recorded(
    session: AsyncSession, meeting_id: UUID, enrolment_ids: Collection[UUID]
) -> dict[UUID, Attendance]:
    """What was recorded for some enrolments in a meeting."""
    query = select(Attendance).where(
        col(Attendance.meeting_id) == meeting_id,
        col(Attendance.enrolment_id).in_(enrolment_ids),
    )
    return {row.enrolment_id: row for row in await session.scalars(query)}


async def meeting_list(
    session: AsyncSession, class_id: UUID, meeting_id: UUID
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Everybody on a meeting's list, with the minutes where they were taken."""
    query = (
        select(
            col(Enrolment.id),
            col(Enrolment.person_id),
            col(Person.name_zh),
            col(Person.family_name_en),
            col(Person.given_name_en),
            col(Person.name_order),
            col(Attendance.minutes),
        )
        .join(Person, col(Person.id) == col(Enrolment.person_id))
        .outerjoin(
            Attendance,
            and_(
                col(Attendance.enrolment_id) == col(Enrolment.id),
                col(Attendance.meeting_id) == meeting_id,
            ),
        )
        .where(_on_list(class_id, meeting_id))
        .order_by(col(Enrolment.id))
    )
    return (await session.execute(query)).all()


async def attended(session: AsyncSession, enrolment_id: UUID) -> Attended:
    """What an enrolment has attended, over every class that it was in."""
    minutes = (
        select(func.coalesce(func.sum(Attendance.minutes), 0))
        .where(col(Attendance.enrolment_id) == enrolment_id)
        .scalar_subquery()
    )
    planned = (
        select(func.coalesce(func.sum(Meeting.contact_minutes), 0))
        .where(col(Meeting.class_id) == col(Enrolment.class_id))
        .correlate(Enrolment)
        .scalar_subquery()
    )
    query = (
        select(minutes, planned, func.coalesce(CourseVersion.contact_minutes, 0))
        .select_from(Enrolment)
        .join(CourseVersion, col(CourseVersion.id) == col(Enrolment.version_id))
        .where(col(Enrolment.id) == enrolment_id)
    )
    row = (await session.execute(query)).one()
    return Attended(int(row[0]), contact_minutes_of(int(row[2]), int(row[1])))
