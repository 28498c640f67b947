"""Shapes of attendance at the API."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from courses.enrolment.attendance.share import Attended
from lms.kernel.schema import In, Out


class PresenceIn(In):
    enrolment_id: UUID
    minutes: Annotated[int, Field(ge=0, le=1440)]


class AttendanceIn(In):
    """The minutes of those named; who is not named keeps what was recorded before."""

    present: Annotated[list[PresenceIn], Field(min_length=1, max_length=1000)]


class PresenceOut(Out):
    """`minutes` is null where attendance was not taken yet."""

    enrolment_id: UUID
    person_id: UUID
    name_zh: str | None
    name_en: str | None
    minutes: int | None


class AttendedOut(Out):
    """`percent` is cut, not rounded."""

    minutes: int
    contact_minutes: int
    percent: str

    @classmethod
    def of(cls, attended: Attended) -> Self:
        return cls(
            minutes=attended.minutes,
            contact_minutes=attended.contact_minutes,
            percent=attended.percent_shown,
        )
