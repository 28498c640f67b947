"""Shapes of classes and meetings at the API."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from courses.schedule.instants import Instant
from courses.schedule.models import Meeting
from courses.schedule.queries import ClassRow
from lms.kernel.schema import In, Out

ClassCode = Annotated[
    str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
]
Venue = Annotated[str, Field(min_length=1, max_length=300)]
SeatCount = Annotated[int, Field(ge=1, le=100_000)]
Minutes = Annotated[int, Field(ge=1, le=1440)]


class ClassIn(In):
    course_code: Annotated[str, Field(min_length=2, max_length=12, examples=["CPCS"])]
    version: Annotated[int, Field(ge=1, le=100_000)]
    code: Annotated[ClassCode, Field(examples=["2026-03-A"])]
    seats: SeatCount


class MeetingIn(In):
    """`contact_minutes` leaves out breaks."""

    starts_at: Instant
    ends_at: Annotated[Instant, Field(examples=["2026-12-01T09:00:00Z"])]
    venue: Venue
    trainer_id: UUID | None = None
    contact_minutes: Annotated[Minutes, Field(examples=[420])]

    @model_validator(mode="after")
    def _lasts_long_enough(self) -> Self:
        if (self.ends_at - self.starts_at).total_seconds() < 60 * self.contact_minutes:
            raise ValueError("a meeting lasts at least its contact minutes")
        return self


class MeetingOut(Out):
    id: UUID
    starts_at: datetime
    ends_at: datetime
    venue: str
    trainer_id: UUID | None
    contact_minutes: int
    revision: int

    @classmethod
    def of(cls, row: Meeting) -> Self:
        return cls(**{name: getattr(row, name) for name in cls.__struct_fields__})


class ClassOut(Out):
    id: UUID
    course_code: str
    version: int
    code: str
    seats: int
    state: str
    meetings: list[MeetingOut]
    revision: int

    @classmethod
    def of(cls, row: ClassRow, meetings: Sequence[Meeting]) -> Self:
        return cls(
            id=row.id,
            course_code=row.course_code,
            version=row.version,
            code=row.code,
            seats=row.seats,
            state=row.state,
            meetings=[MeetingOut.of(meeting) for meeting in meetings],
            revision=row.revision,
        )
