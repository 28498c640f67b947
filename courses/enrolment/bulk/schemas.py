"""Shapes of a company's previews and commits at the API."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from courses.enrolment.bulk.models import EnrolmentPreview
from courses.enrolment.bulk.outcomes import Judged
from courses.enrolment.bulk.staff_list import LINES_MOST
from courses.enrolment.schemas import CourseCode
from lms.kernel.schema import In, Out

StaffNumber = Annotated[str, Field(min_length=1, max_length=64)]


class PreviewIn(In):
    course_code: CourseCode
    class_id: UUID | None = None
    staff_numbers: Annotated[list[StaffNumber], Field(min_length=1, max_length=LINES_MOST)]


class Mode(StrEnum):
    """`all`: everybody on the list or nobody; `possible`: those whom nothing refuses."""

    ALL = "all"
    POSSIBLE = "possible"


class CommitIn(In):
    mode: Mode
    join_waitlist: bool = False


class LineOut(Out):
    """`line` counts the list's entries from 1."""

    line: int
    staff_number: str
    outcome: str
    enrolment_id: UUID | None = None

    @classmethod
    def of(cls, row: Judged, made: dict[UUID, UUID] | None = None) -> Self:
        enrolment_id = None if row.person_id is None else (made or {}).get(row.person_id)
        return cls(
            line=row.line,
            staff_number=row.staff_number,
            outcome=row.outcome.value,
            enrolment_id=enrolment_id,
        )


class PreviewOut(Out):
    """`seats_held` are kept until `expires_at`; a new preview for the same class replaces this."""

    id: UUID
    course_code: str
    class_id: UUID | None
    expires_at: datetime
    seats_held: int
    rows: list[LineOut]

    @classmethod
    def of(
        cls, row: EnrolmentPreview, course_code: str, held: int, judged: Sequence[Judged]
    ) -> Self:
        return cls(
            id=row.id,
            course_code=course_code,
            class_id=row.class_id,
            expires_at=row.expires_at,
            seats_held=held,
            rows=[LineOut.of(line) for line in judged],
        )


class CommitOut(Out):
    id: UUID
    enrolled: int
    waitlisted: int
    refused: int
    rows: list[LineOut]
