"""Question banks: topics, questions, their versions, and apart from these their keys.

A version and a key are never changed: an edit is a new row. Keys, points and explanations are in
a table of their own, so that no query for candidates can bring them along by mistake.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import (
    CheckConstraint,
    Column,
    Field,
    ForeignKeyConstraint,
    LargeBinary,
    SQLModel,
    Text,
    UniqueConstraint,
)

from courses.questions.effect import Effect
from lms.kernel.db import append_only, enum_column, json_column, utc_column


class Bank(SQLModel, table=True):
    """The questions of one course. A demonstration bank says so wherever it is shown."""

    __tablename__ = "bank"

    id: UUID = Field(primary_key=True)
    course_id: UUID = Field(foreign_key="course.id", index=True)
    title_zh_hant: str = Field(sa_column=Column(Text, nullable=False))
    title_en: str = Field(sa_column=Column(Text, nullable=False))
    demonstration: bool
    revision: int = Field(default=1)
    created_at: datetime = Field(sa_column=utc_column())


class Topic(SQLModel, table=True):
    """What blueprints draw by."""

    __tablename__ = "topic"

    bank_id: UUID = Field(foreign_key="bank.id", primary_key=True)
    code: str = Field(sa_column=Column(Text, primary_key=True))
    title_zh_hant: str = Field(sa_column=Column(Text, nullable=False))
    title_en: str = Field(sa_column=Column(Text, nullable=False))


class Question(SQLModel, table=True):
    """A question through its versions; `latest` is the number of the one that exams may take up."""

    __tablename__ = "question"
    __table_args__ = (
        UniqueConstraint("bank_id", "external_id"),
        ForeignKeyConstraint(["bank_id", "topic"], ["topic.bank_id", "topic.code"]),
    )

    id: UUID = Field(primary_key=True)
    bank_id: UUID = Field(foreign_key="bank.id")
    external_id: str = Field(sa_column=Column(Text, nullable=False))
    topic: str = Field(sa_column=Column(Text, nullable=False))
    latest: int
    retired_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    revision: int = Field(default=1)
    created_at: datetime = Field(sa_column=utc_column())


class QuestionVersion(SQLModel, table=True):
    """What candidates are asked. `digest` is the SHA-256 of kind, stem and body."""

    __tablename__ = "question_version"
    __table_args__ = (
        UniqueConstraint("question_id", "number"),
        CheckConstraint("number >= 1", name="number"),
    )

    id: UUID = Field(primary_key=True)
    question_id: UUID = Field(foreign_key="question.id")
    number: int
    kind: str = Field(sa_column=Column(Text, nullable=False))
    stem: dict[str, Any] = Field(sa_column=json_column())
    body: dict[str, Any] = Field(sa_column=json_column())
    digest: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    made_by: UUID | None = Field(default=None, foreign_key="person.id")
    made_at: datetime = Field(sa_column=utc_column())


class QuestionKey(SQLModel, table=True):
    """The key of a version, in versions of its own; the highest number is in effect."""

    __tablename__ = "question_key"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("points BETWEEN 1 AND 100", name="points"),
    )

    question_version_id: UUID = Field(foreign_key="question_version.id", primary_key=True)
    number: int = Field(primary_key=True)
    key: dict[str, Any] = Field(sa_column=json_column())
    points: int
    explanation: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    effect: Effect = Field(sa_column=enum_column(Effect, name="effect"))
    proposal_id: UUID | None = Field(default=None, foreign_key="proposal.id")
    made_by: UUID | None = Field(default=None, foreign_key="person.id")
    made_at: datetime = Field(sa_column=utc_column())


EXTRA_DDL: tuple[str, ...] = (*append_only("question_version"), *append_only("question_key"))
