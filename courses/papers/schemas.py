"""Shapes of exams at the API."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, StringConstraints

from courses.papers.models import Exam, ExamVersion
from courses.papers.release_rule import ReleaseRule
from courses.questions.kinds.kind import Scoring
from lms.kernel.schema import In, Out, Reason


class ShareIn(In):
    """One line of the blueprint: so many questions of a topic."""

    topic: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
    count: int = Field(ge=1, le=500)


class ExamRulesIn(In):
    """How an exam is served and marked. Pass mark, retakes and attendance are the catalogue's."""

    blueprint: list[ShareIn] = Field(min_length=1, max_length=100)
    time_limit_minutes: int = Field(ge=1, le=1440)
    scoring: Scoring = Field(default=Scoring.ALL_OR_NOTHING, strict=False)
    release: ReleaseRule = Field(default=ReleaseRule.IMMEDIATE, strict=False)
    mixed: bool = True


class ExamIn(In):
    """The exam of a component, with its first draft."""

    component_id: UUID = Field(strict=False)
    bank_id: UUID = Field(strict=False)
    rules: ExamRulesIn


class PublicationIn(In):
    reason: Reason


class ExamVersionOut(Out):
    id: UUID
    number: int
    state: str
    blueprint: list[dict[str, Any]]
    time_limit_minutes: int
    scoring: str
    release: str
    mixed: bool
    pass_basis_points: int | None
    retake_limit: int | None
    cooling_off_days: int
    attendance_percent: int | None
    published_at: datetime | None

    @classmethod
    def of(cls, row: ExamVersion) -> Self:
        return cls(
            id=row.id,
            number=row.number,
            state=row.state.value,
            blueprint=row.blueprint,
            time_limit_minutes=row.time_limit_minutes,
            scoring=row.scoring.value,
            release=row.release.value,
            mixed=row.mixed,
            pass_basis_points=row.pass_basis_points,
            retake_limit=row.retake_limit,
            cooling_off_days=row.cooling_off_days,
            attendance_percent=row.attendance_percent,
            published_at=row.published_at,
        )


class ExamOut(Out):
    """An exam with its versions, the newest first."""

    id: UUID
    component_id: UUID
    bank_id: UUID
    first_used_at: datetime | None
    versions: list[ExamVersionOut]
    revision: int

    @classmethod
    def of(cls, exam: Exam, versions: list[ExamVersion]) -> Self:
        return cls(
            id=exam.id,
            component_id=exam.component_id,
            bank_id=exam.bank_id,
            first_used_at=exam.first_used_at,
            versions=[ExamVersionOut.of(version) for version in versions],
            revision=exam.revision,
        )


class PublicationOut(Out):
    """`proposal_id` is set where a second person has to approve before anything changes."""

    exam: ExamOut
    proposal_id: UUID | None
