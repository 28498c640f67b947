"""Attempts, their items with the answers, the log of every save, and time that was granted."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, SmallInteger
from sqlmodel import (
    CheckConstraint,
    Column,
    Field,
    Index,
    LargeBinary,
    SQLModel,
    Text,
    UniqueConstraint,
    text,
)

from lms.kernel.db import append_only, enum_column, json_column, utc_column


class AttemptState(StrEnum):
    OPEN = "open"
    SEALED = "sealed"


class SealedBy(StrEnum):
    """What ended an attempt."""

    CANDIDATE = "candidate"
    DEADLINE = "deadline"


class Attempt(SQLModel, table=True):
    """One person's one go. Until its end, `deadline_at` is what `deadline.py` makes of the others.

    The seed gives the order of questions and options, so that the paper can be rebuilt exactly.
    `graded_at` null on a sealed attempt: its result is pending. `released_at` is its result's.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("person_id", "exam_id", "number"),
        CheckConstraint("octet_length(seed) = 32", name="seed"),
        CheckConstraint("(state = 'sealed') = (sealed_at IS NOT NULL)", name="sealed_when"),
        CheckConstraint("(state = 'sealed') = (sealed_by IS NOT NULL)", name="sealed_how"),
        CheckConstraint("sealed_at <= deadline_at", name="sealed_in_time"),
        CheckConstraint("graded_at IS NULL OR state = 'sealed'", name="graded_after"),
        CheckConstraint("released_at IS NULL OR graded_at IS NOT NULL", name="released_after"),
        Index(
            "uq_attempt_open",
            "person_id",
            "exam_id",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_attempt_due", "deadline_at", postgresql_where=text("state = 'open'")),
        Index(
            "ix_attempt_pending",
            "sealed_at",
            postgresql_where=text("state = 'sealed' AND graded_at IS NULL"),
        ),
        Index("ix_attempt_sitting", "sitting_id", "id"),
        Index("ix_attempt_exam", "exam_id", "id"),
        Index("ix_attempt_enrolment_id", "enrolment_id"),
    )

    id: UUID = Field(primary_key=True)
    exam_id: UUID = Field(foreign_key="exam.id")
    exam_version_id: UUID = Field(foreign_key="exam_version.id")
    sitting_id: UUID = Field(foreign_key="sitting.id")
    enrolment_id: UUID = Field(foreign_key="enrolment.id")
    person_id: UUID = Field(foreign_key="person.id")
    number: int = Field(sa_column=Column(SmallInteger, nullable=False))
    seed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    state: AttemptState = Field(sa_column=enum_column(AttemptState, name="state"))
    started_at: datetime = Field(sa_column=utc_column())
    limit_minutes: int
    extra_percent: int
    granted_seconds: int
    deadline_at: datetime = Field(sa_column=utc_column())
    sealed_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    sealed_by: SealedBy | None = Field(
        default=None, sa_column=enum_column(SealedBy, name="sealed_by", nullable=True)
    )
    graded_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    released_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))


class AttemptItem(SQLModel, table=True):
    """One question of an attempt's paper with the answer so far, in the author's names.

    Written at the start and half empty on its page, so that saves stay on that page.
    """

    __tablename__ = "attempt_item"
    __table_args__ = ({"postgresql_with": {"fillfactor": 60}},)

    attempt_id: UUID = Field(foreign_key="attempt.id", primary_key=True)
    position: int = Field(sa_column=Column(SmallInteger, primary_key=True, autoincrement=False))
    question_version_id: UUID = Field(foreign_key="question_version.id")
    answer: Any = Field(default=None, sa_column=json_column(nullable=True))
    revision: int
    answered_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))


class LogKind(StrEnum):
    """What a line of an attempt's log tells."""

    STARTED = "started"
    SAVED = "saved"
    SEALED = "sealed"
    DEADLINE_MOVED = "deadline_moved"


class AttemptLog(SQLModel, table=True):
    """Everything that happened to an attempt, in order."""

    __tablename__ = "attempt_log"

    attempt_id: UUID = Field(foreign_key="attempt.id", primary_key=True)
    id: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True)
    )
    at: datetime = Field(sa_column=utc_column())
    kind: LogKind = Field(sa_column=enum_column(LogKind, name="kind"))
    position: int | None = Field(default=None, sa_column=Column(SmallInteger))
    revision: int | None = None
    answer: Any = Field(default=None, sa_column=json_column(nullable=True))


class DeadlineGrant(SQLModel, table=True):
    """Time given to one attempt, with the deadline before and after."""

    __tablename__ = "deadline_grant"
    __table_args__ = (CheckConstraint("seconds BETWEEN 1 AND 86400", name="seconds"),)

    id: UUID = Field(primary_key=True)
    attempt_id: UUID = Field(foreign_key="attempt.id", index=True)
    seconds: int
    reason: str = Field(sa_column=Column(Text, nullable=False))
    granted_by: UUID = Field(foreign_key="person.id")
    granted_at: datetime = Field(sa_column=utc_column())
    deadline_before: datetime = Field(sa_column=utc_column())
    deadline_after: datetime = Field(sa_column=utc_column())


EXTRA_DDL: tuple[str, ...] = (*append_only("attempt_log"), *append_only("deadline_grant"))
