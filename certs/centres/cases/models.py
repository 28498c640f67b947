"""Table of cases: what about a centre needs a person's judgement."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import CheckConstraint, Column, Field, Index, SQLModel, Text, text

from lms.kernel.db import enum_column, json_column, organisation_policy, utc_column


class CaseKind(StrEnum):
    AWARD_VOID = "award_void"
    CORRECTION = "correction"
    RECONCILIATION = "reconciliation"


class CaseState(StrEnum):
    OPEN = "open"
    SETTLED = "settled"


class CentreCase(SQLModel, table=True):
    """Something that a person has to judge: a decision that today's knowledge would change."""

    __tablename__ = "centre_case"
    __table_args__ = (
        CheckConstraint("(state = 'settled') = (settled_at IS NOT NULL)", name="settled"),
        Index(
            "uq_centre_case_open",
            "centre_id",
            "kind",
            "decision_id",
            unique=True,
            postgresql_where=text("state = 'open'"),
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: UUID = Field(primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id")
    centre_id: UUID = Field(foreign_key="centre.id")
    decision_id: UUID | None = Field(default=None, foreign_key="centre_decision.id")
    kind: CaseKind = Field(sa_column=enum_column(CaseKind, name="kind"))
    state: CaseState = Field(sa_column=enum_column(CaseState, name="state"))
    findings: dict[str, Any] = Field(sa_column=json_column())
    opened_at: datetime = Field(sa_column=utc_column())
    settled_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    settled_by: UUID | None = None
    resolution: str | None = Field(default=None, sa_column=Column(Text))
    revision: int = Field(default=1)


EXTRA_DDL: tuple[str, ...] = (*organisation_policy("centre_case"),)
