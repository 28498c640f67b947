"""Shapes of enrolments at the API."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from courses.enrolment.models import Enrolment
from courses.enrolment.seats.capacity import Seats
from courses.schedule.models import Meeting
from courses.schedule.queries import ClassRow
from courses.schedule.schemas import ClassOut, SeatCount
from lms.kernel.schema import In, Out, Reason

CourseCode = Annotated[str, Field(min_length=2, max_length=12, examples=["CPCS"])]


class EnrolIn(In):
    """Without a class: the version in effect that day. `join_waitlist` counts when it is full."""

    course_code: CourseCode
    class_id: UUID | None = None
    join_waitlist: bool = False


class EnrolSomebodyIn(EnrolIn):
    person_id: UUID


class MoveIn(In):
    """`agree_to_version` is the number of the class's version, where it is another one."""

    class_id: UUID
    agree_to_version: Annotated[int, Field(ge=1, le=100_000)] | None = None


class ClassTransferIn(In):
    """Only to a class of the same version: to another the learner moves by agreeing to it."""

    class_id: UUID


class WithdrawalIn(In):
    reason: Reason


class SeatsIn(In):
    seats: SeatCount


class EnrolmentOut(Out):
    id: UUID
    person_id: UUID
    course_code: str
    version_id: UUID
    class_id: UUID | None
    organisation_id: UUID | None
    state: str
    waitlist_place: int | None
    requested_at: datetime
    confirmed_at: datetime | None
    completed_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_reason: str | None
    revision: int

    @classmethod
    def of(cls, row: Enrolment, course_code: str) -> Self:
        plain = {
            name: getattr(row, name) for name in cls.__struct_fields__ if name != "course_code"
        }
        return cls(course_code=course_code, **plain)


class ClassOfferOut(ClassOut):
    """A class as a learner sees it before enrolling."""

    seats_free: int
    waiting: int

    @classmethod
    def with_seats(cls, row: ClassRow, meetings: list[Meeting], seats: Seats) -> Self:
        plain = ClassOut.of(row, meetings)
        return cls(
            **{name: getattr(plain, name) for name in ClassOut.__struct_fields__},
            seats_free=seats.open_to_newcomers,
            waiting=seats.waiting,
        )
