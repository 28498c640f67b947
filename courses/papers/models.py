"""Exams: their published versions, and the pool of question versions that each may serve."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import CheckConstraint, Column, Field, Index, SQLModel, Text, UniqueConstraint, text

from courses.papers.release_rule import ReleaseRule
from courses.questions.kinds.kind import Scoring
from lms.kernel.db import enum_column, json_column, utc_column


class ExamState(StrEnum):
    """Where one version of an exam stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


class Exam(SQLModel, table=True):
    """The exam of one component, through its versions. After first use two people change it."""

    __tablename__ = "exam"

    id: UUID = Field(primary_key=True)
    component_id: UUID = Field(foreign_key="component.id", unique=True)
    bank_id: UUID = Field(foreign_key="bank.id", index=True)
    first_used_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    revision: int = Field(default=1)
    created_at: datetime = Field(sa_column=utc_column())


class ExamVersion(SQLModel, table=True):
    """Everything by which an attempt is served and marked; fixed once it is published.

    `pass_basis_points` to `attendance_percent` are the catalogue's as they stood at publication.
    `retake_limit` null: as many as one likes. `attendance_percent` null: attendance does not gate.
    """

    __tablename__ = "exam_version"
    __table_args__ = (
        UniqueConstraint("exam_id", "number"),
        CheckConstraint("time_limit_minutes BETWEEN 1 AND 1440", name="time_limit"),
        CheckConstraint("pass_basis_points BETWEEN 0 AND 10000", name="pass"),
        CheckConstraint("retake_limit >= 0", name="retake_limit"),
        CheckConstraint("cooling_off_days >= 0", name="cooling_off"),
        CheckConstraint("attendance_percent BETWEEN 1 AND 100", name="attendance"),
        CheckConstraint("(state = 'draft') = (published_at IS NULL)", name="published_when"),
        CheckConstraint("state = 'draft' OR pass_basis_points IS NOT NULL", name="pass_rule"),
        Index(
            "uq_exam_version_published",
            "exam_id",
            unique=True,
            postgresql_where=text("state = 'published'"),
        ),
        Index(
            "uq_exam_version_draft",
            "exam_id",
            unique=True,
            postgresql_where=text("state = 'draft'"),
        ),
    )

    id: UUID = Field(primary_key=True)
    exam_id: UUID = Field(foreign_key="exam.id")
    number: int
    state: ExamState = Field(sa_column=enum_column(ExamState, name="state"))
    blueprint: list[dict[str, Any]] = Field(sa_column=json_column())
    time_limit_minutes: int
    scoring: Scoring = Field(sa_column=enum_column(Scoring, name="scoring"))
    release: ReleaseRule = Field(sa_column=enum_column(ReleaseRule, name="release"))
    mixed: bool
    pass_basis_points: int | None = None
    retake_limit: int | None = None
    cooling_off_days: int = 0
    attendance_percent: int | None = None
    made_by: UUID | None = Field(default=None, foreign_key="person.id")
    made_at: datetime = Field(sa_column=utc_column())
    published_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    proposal_id: UUID | None = Field(default=None, foreign_key="proposal.id")
    revision: int = Field(default=1)


class ExamPoolEntry(SQLModel, table=True):
    """A question version that a published exam version may draw, under its topic of that day.

    `withdrawn_at` keeps a dropped question out of later papers.
    """

    __tablename__ = "exam_pool_entry"
    __table_args__ = (
        Index("ix_exam_pool_entry_question_version_id", "question_version_id"),
        Index(
            "ix_exam_pool_entry_withdrawn",
            "exam_version_id",
            postgresql_where=text("withdrawn_at IS NOT NULL"),
        ),
    )

    exam_version_id: UUID = Field(foreign_key="exam_version.id", primary_key=True)
    question_version_id: UUID = Field(foreign_key="question_version.id", primary_key=True)
    topic: str = Field(sa_column=Column(Text, nullable=False))
    withdrawn_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
