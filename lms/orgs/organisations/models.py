"""Companies: applied for by a person or registered by an admin. Their centres are next door.

Issuer and company both read this table, so it has no row-level security; its queries say the scope.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import BigInteger, CheckConstraint, Column, Field, Index, SQLModel, Text, text

from lms.kernel.db import enum_column, utc_column


class OrganisationState(StrEnum):
    APPLIED = "applied"
    REGISTERED = "registered"
    REFUSED = "refused"
    CLOSED = "closed"


class Organisation(SQLModel, table=True):
    """One company. `applied_by` becomes its manager when it is registered.

    `roster_revision` goes up with every change of its staff or their places, under this row's lock:
    it tells a preview whether it is still true.
    """

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("name_zh IS NOT NULL OR name_en IS NOT NULL", name="named"),
        CheckConstraint("(state = 'applied') = (decided_at IS NULL)", name="decided_when"),
        CheckConstraint("(state = 'refused') = (refusal_reason IS NOT NULL)", name="refused_why"),
        CheckConstraint("state <> 'closed' OR closed_at IS NOT NULL", name="closed_when"),
        CheckConstraint("revision >= 1 AND roster_revision >= 1", name="counters"),
        Index(
            "ix_organisation_applied_by",
            "applied_by",
            postgresql_where=text("applied_by IS NOT NULL"),
        ),
    )

    id: UUID = Field(primary_key=True)
    issuer_id: UUID = Field(foreign_key="issuer.id")
    name_zh: str | None = Field(default=None, sa_column=Column(Text))
    name_en: str | None = Field(default=None, sa_column=Column(Text))
    state: OrganisationState = Field(sa_column=enum_column(OrganisationState, name="state"))
    note: str | None = Field(default=None, sa_column=Column(Text))
    applied_by: UUID | None = Field(default=None, foreign_key="person.id")
    applied_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    decided_by: UUID | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    refusal_reason: str | None = Field(default=None, sa_column=Column(Text))
    closed_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    roster_revision: int = Field(default=1, sa_column=Column(BigInteger, nullable=False))
    revision: int = Field(default=1)
