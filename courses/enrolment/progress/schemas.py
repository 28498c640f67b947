"""What a company is shown of its staff's learning and of the seats that it pays."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from courses.enrolment.models import Enrolment
from lms.kernel.schema import Out
from lms.orgs.staff.visibility import Visible


class CourseProgressOut(Out):
    """`certified_until` null with `certified`: without end.

    `passed` and `percent` (cut, not rounded) are null without a result, and without the person's
    consent.
    """

    course_code: str
    enrolled: bool
    attended_minutes: int | None
    certified: bool
    certified_until: date | None
    passed: bool | None
    percent: str | None

    @classmethod
    def of(cls, course_code: str, seen: Visible) -> Self:
        return cls(
            course_code=course_code,
            enrolled=seen.enrolled,
            attended_minutes=seen.attended_minutes,
            certified=seen.certified,
            certified_until=seen.certified_until,
            passed=seen.passed,
            percent=seen.percent,
        )


class StaffProgressOut(Out):
    """A course that is not listed: not enrolled, as far as the company may know."""

    staff_record_id: UUID
    staff_number: str
    name_zh: str | None
    name_en: str | None
    linked: bool
    courses: list[CourseProgressOut]


class SponsoredOut(Out):
    """A seat that the company pays: whether it is passed is not the company's to know."""

    id: UUID
    person_id: UUID
    course_code: str
    class_id: UUID | None
    state: str
    requested_at: datetime
    confirmed_at: datetime | None

    @classmethod
    def of(cls, row: Enrolment, course_code: str, state: str) -> Self:
        return cls(
            id=row.id,
            person_id=row.person_id,
            course_code=course_code,
            class_id=row.class_id,
            state=state,
            requested_at=row.requested_at,
            confirmed_at=row.confirmed_at,
        )
