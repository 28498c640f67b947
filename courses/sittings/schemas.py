"""Shapes of sittings at the API."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StringConstraints

from courses.catalogue.models import Component
from courses.enrolment.models import Enrolment
from courses.papers.models import ExamVersion
from courses.schedule.instants import Instant
from courses.sittings.models import Sitting
from lms.kernel.schema import In, Out, Reason

Id = Annotated[UUID, Field(strict=False)]


class SittingIn(In):
    """When an exam is open: attempts begin from `opens_at` up to, not at, `closes_at`.

    With `listed_only`, only the listed enrolments may sit. `release_at` is needed where the exam
    releases at a time.
    """

    opens_at: Instant
    closes_at: Instant
    venue: Annotated[str, StringConstraints(min_length=1, max_length=500)] | None = None
    listed_only: bool = False
    release_at: Instant | None = None


class CandidatesIn(In):
    """The whole list; enrolments in another version than the exam's are refused."""

    enrolment_ids: list[Id] = Field(max_length=5000)


class CancellationIn(In):
    reason: Reason


class SittingOut(Out):
    id: UUID
    exam_id: UUID
    opens_at: datetime
    closes_at: datetime
    venue: str | None
    listed_only: bool
    release_at: datetime | None
    cancelled_at: datetime | None
    revision: int

    @classmethod
    def of(cls, row: Sitting) -> Self:
        return cls(
            id=row.id,
            exam_id=row.exam_id,
            opens_at=row.opens_at,
            closes_at=row.closes_at,
            venue=row.venue,
            listed_only=row.listed_only,
            release_at=row.release_at,
            cancelled_at=row.cancelled_at,
            revision=row.revision,
        )


class OwnSittingOut(Out):
    """A sitting that the learner may go to."""

    id: UUID
    exam_id: UUID
    enrolment_id: UUID
    course_id: UUID
    component_title_zh_hant: str
    component_title_en: str
    opens_at: datetime
    closes_at: datetime
    venue: str | None
    time_limit_minutes: int
    questions: int

    @classmethod
    def of(
        cls, sitting: Sitting, enrolment: Enrolment, component: Component, exam: ExamVersion
    ) -> Self:
        return cls(
            id=sitting.id,
            exam_id=sitting.exam_id,
            enrolment_id=enrolment.id,
            course_id=enrolment.course_id,
            component_title_zh_hant=component.title_zh_hant,
            component_title_en=component.title_en,
            opens_at=sitting.opens_at,
            closes_at=sitting.closes_at,
            venue=sitting.venue,
            time_limit_minutes=exam.time_limit_minutes,
            questions=sum(line["count"] for line in exam.blueprint),
        )


class CandidateListOut(Out):
    enrolment_ids: list[UUID]
