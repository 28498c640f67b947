"""Table of bars: holds on automatic issue."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import CheckConstraint, Column, Field, Index, SQLModel, Text, text

from lms.kernel.db import enum_column, organisation_policy, utc_column


class BarKind(StrEnum):
    REVOCATION = "revocation"
    INVESTIGATION = "investigation"


class CentreBar(SQLModel, table=True):
    """A hold on automatic issue: until its last day, or until two people lift it."""

    __tablename__ = "centre_bar"
    __table_args__ = (
        CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", name="lifted"),
        Index("ix_centre_bar_standing", "centre_id", postgresql_where=text("lifted_at IS NULL")),
    )

    id: UUID = Field(primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id")
    centre_id: UUID = Field(foreign_key="centre.id")
    kind: BarKind = Field(sa_column=enum_column(BarKind, name="kind"))
    reason: str = Field(sa_column=Column(Text, nullable=False))
    until_day: date | None = None
    set_at: datetime = Field(sa_column=utc_column())
    set_by: UUID
    lifted_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    lifted_by: UUID | None = None
    lift_reason: str | None = Field(default=None, sa_column=Column(Text))


EXTRA_DDL: tuple[str, ...] = (*organisation_policy("centre_bar"),)
