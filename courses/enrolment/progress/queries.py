"""Facts about a company's staff and their learning; what of it is shown: `view.py`.

The organisation is the scope: every read starts at its own staff records and links.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, exists, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from courses.catalogue.models import Course
from courses.enrolment.attendance.models import Attendance
from courses.enrolment.models import Enrolment
from courses.schedule.models import Meeting
from lms.kernel.paging import PageRequest
from lms.orgs.days import last_day_of
from lms.orgs.staff.models import Consent, StaffLink, StaffRecord
from lms.orgs.staff.spans import held_by, holds_on
from lms.orgs.staff.visibility import Employment

StaffRow = Row[*tuple[Any, ...]]
Rows = Sequence[StaffRow]


async def staff(
    session: AsyncSession, organisation_id: UUID, page: PageRequest, *, on: date
) -> Rows:
    """Staff records with the newest link that has held by a day, one more than the page holds.

    By staff number.
    """
    newest = (
        select(StaffLink)
        .where(col(StaffLink.organisation_id) == organisation_id, held_by(StaffLink, on))
        .ext(distinct_on(col(StaffLink.staff_record_id)))
        .order_by(col(StaffLink.staff_record_id), col(StaffLink.valid_from).desc())
        .subquery()
    )
    query = (
        select(
            col(StaffRecord.id),
            col(StaffRecord.staff_number),
            col(StaffRecord.name_zh),
            col(StaffRecord.name_en),
            newest.c.person_id,
            newest.c.valid_from,
            newest.c.valid_to,
        )
        .outerjoin(newest, newest.c.staff_record_id == col(StaffRecord.id))
        .where(col(StaffRecord.organisation_id) == organisation_id)
        .order_by(col(StaffRecord.staff_number))
        .limit(page.limit + 1)
    )
    if page.after:
        query = query.where(col(StaffRecord.staff_number) > page.after_text())
    return (await session.execute(query)).all()


async def employments(
    session: AsyncSession, organisation_id: UUID, person_ids: Collection[UUID], *, on: date
) -> dict[UUID, Employment]:
    """The newest employment, begun by a day, of some people in one company."""
    query = (
        select(col(StaffLink.person_id), col(StaffLink.valid_from), col(StaffLink.valid_to))
        .where(
            col(StaffLink.organisation_id) == organisation_id,
            col(StaffLink.person_id).in_(person_ids),
            held_by(StaffLink, on),
        )
        .order_by(col(StaffLink.valid_from))
    )
    return {
        row.person_id: Employment(row.valid_from, last_day_of(row.valid_to))
        for row in await session.execute(query)
    }


async def places(session: AsyncSession, person_ids: Collection[UUID]) -> Rows:
    """People's enrolments that were ever confirmed, withdrawn ones too, oldest first."""
    query = (
        select(
            col(Enrolment.id),
            col(Enrolment.person_id),
            col(Enrolment.organisation_id),
            col(Enrolment.confirmed_at),
            col(Enrolment.withdrawn_at),
            col(Enrolment.withdrawn_reason),
            col(Course.code),
        )
        .join(Course, col(Course.id) == col(Enrolment.course_id))
        .where(col(Enrolment.person_id).in_(person_ids), col(Enrolment.confirmed_at).is_not(None))
        .order_by(col(Enrolment.id))
    )
    return (await session.execute(query)).all()


async def consenting(
    session: AsyncSession, organisation_id: UUID, person_ids: Collection[UUID], *, on: date
) -> frozenset[UUID]:
    """Those among the people who let the company see their results, and work there that day.

    Consent ends with the employment, also before the worker has come to write that down.
    """
    linked = exists().where(
        col(StaffLink.organisation_id) == col(Consent.organisation_id),
        col(StaffLink.person_id) == col(Consent.person_id),
        holds_on(StaffLink, on),
    )
    query = select(col(Consent.person_id)).where(
        col(Consent.organisation_id) == organisation_id,
        col(Consent.person_id).in_(person_ids),
        col(Consent.withdrawn_at).is_(None),
        linked,
    )
    return frozenset(await session.scalars(query))


async def presences(
    session: AsyncSession, organisation_id: UUID, person_ids: Collection[UUID]
) -> Rows:
    """Minutes by meeting in the seats that the company pays."""
    query = (
        select(col(Attendance.enrolment_id), col(Attendance.minutes), col(Meeting.starts_at))
        .join(Meeting, col(Meeting.id) == col(Attendance.meeting_id))
        .join(Enrolment, col(Enrolment.id) == col(Attendance.enrolment_id))
        .where(
            col(Enrolment.organisation_id) == organisation_id,
            col(Enrolment.person_id).in_(person_ids),
        )
    )
    return (await session.execute(query)).all()
