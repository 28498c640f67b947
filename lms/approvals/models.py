"""Proposals: what somebody wants done that needs a second person."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import CheckConstraint, Column, Field, Index, SQLModel, Text, text

from lms.kernel.db import enum_column, json_column, utc_column


class ProposalState(StrEnum):
    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Proposal(SQLModel, table=True):
    """One act waiting for, or decided by, a second person; the database refuses the first."""

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint(
            "state NOT IN ('approved', 'refused') OR decided_by <> proposed_by",
            name="second_person",
        ),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_when"),
        CheckConstraint("state = 'open' OR decided_by IS NOT NULL", name="decided_by_whom"),
        Index(
            "uq_proposal_open_subject",
            "kind",
            "subject_id",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: UUID = Field(primary_key=True)
    kind: str = Field(sa_column=Column(Text, nullable=False))
    subject_id: UUID
    payload: dict[str, Any] = Field(sa_column=json_column())
    reason: str = Field(sa_column=Column(Text, nullable=False))
    state: ProposalState = Field(sa_column=enum_column(ProposalState, name="state"))
    proposed_by: UUID
    proposed_at: datetime = Field(sa_column=utc_column())
    decided_by: UUID | None = None
    decided_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    decision_reason: str | None = Field(default=None, sa_column=Column(Text))
    revision: int = Field(default=1)
