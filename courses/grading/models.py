"""Markings of attempts: each is kept, the highest number is in effect."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger
from sqlmodel import CheckConstraint, Column, Field, SQLModel, UniqueConstraint

from lms.kernel.db import append_only, enum_column, json_column, utc_column


class GradingCause(StrEnum):
    """Why an attempt was marked."""

    SUBMISSION = "submission"
    REGRADE = "regrade"


class Grading(SQLModel, table=True):
    """One marking. Points are a fraction, exact; `items` keeps each mark and its key's number.

    `passed` null: a person has to mark an item first.
    """

    __tablename__ = "grading"
    __table_args__ = (
        UniqueConstraint("attempt_id", "number"),
        CheckConstraint("earned_numerator >= 0 AND earned_denominator > 0", name="earned"),
        CheckConstraint("out_of > 0", name="out_of"),
    )

    id: UUID = Field(primary_key=True)
    attempt_id: UUID = Field(foreign_key="attempt.id")
    number: int
    cause: GradingCause = Field(sa_column=enum_column(GradingCause, name="cause"))
    earned_numerator: int = Field(sa_column=Column(BigInteger, nullable=False))
    earned_denominator: int = Field(sa_column=Column(BigInteger, nullable=False))
    out_of: int
    passed: bool | None = None
    items: list[dict[str, Any]] = Field(sa_column=json_column())
    regrade_id: UUID | None = Field(default=None, foreign_key="regrade.id")
    made_at: datetime = Field(sa_column=utc_column())


class Regrade(SQLModel, table=True):
    """A change of keys and its replay: proposed with the list of who changes, then for real.

    `digest` is of the changes that the dry run showed; the real one has the same, or does nothing.
    """

    __tablename__ = "regrade"

    id: UUID = Field(primary_key=True)
    exam_id: UUID = Field(foreign_key="exam.id", index=True)
    key_changes: list[dict[str, Any]] = Field(sa_column=json_column())
    changes: list[dict[str, Any]] = Field(sa_column=json_column())
    digest: str
    proposal_id: UUID | None = Field(default=None, foreign_key="proposal.id")
    made_by: UUID = Field(foreign_key="person.id")
    made_at: datetime = Field(sa_column=utc_column())
    applied_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))


EXTRA_DDL: tuple[str, ...] = append_only("grading")
