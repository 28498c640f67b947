"""A company's centres, and every name that they have had, by day."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import (
    CheckConstraint,
    Column,
    Field,
    ForeignKeyConstraint,
    Index,
    SQLModel,
    Text,
    UniqueConstraint,
)

from lms.kernel.db import append_only, enum_column, organisation_policy, utc_column


class CentreState(StrEnum):
    APPLIED = "applied"
    REGISTERED = "registered"
    CLOSED = "closed"


class Centre(SQLModel, table=True):
    """One centre. Its days are calendar days in `zone`; the names are those of today.

    A centre that is closed without `registered_on` was applied for and not registered.
    """

    __tablename__ = "centre"
    __table_args__ = (
        UniqueConstraint("organisation_id", "id", name="uq_centre_organisation_id"),
        CheckConstraint("name_zh IS NOT NULL OR name_en IS NOT NULL", name="named"),
        CheckConstraint("(state = 'closed') = (closed_on IS NOT NULL)", name="closed_when"),
        CheckConstraint(
            "(state <> 'applied' OR registered_on IS NULL) AND "
            "(state <> 'registered' OR registered_on IS NOT NULL)",
            name="registered_when",
        ),
        CheckConstraint("closed_on >= registered_on", name="days"),
        CheckConstraint("revision >= 1", name="counters"),
    )

    id: UUID = Field(primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id")
    name_zh: str | None = Field(default=None, sa_column=Column(Text))
    name_en: str | None = Field(default=None, sa_column=Column(Text))
    zone: str = Field(default="Asia/Hong_Kong", sa_column=Column(Text, nullable=False))
    state: CentreState = Field(sa_column=enum_column(CentreState, name="state"))
    applied_by: UUID | None = Field(default=None, foreign_key="person.id")
    applied_at: datetime = Field(sa_column=utc_column())
    registered_on: date | None = None
    closed_on: date | None = None
    revision: int = Field(default=1)


class CentreName(SQLModel, table=True):
    """What a centre was called from a day on, until the next row: append-only.

    Of two rows from the same day, the one recorded later holds.
    """

    __tablename__ = "centre_name"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "centre_id"],
            ["centre.organisation_id", "centre.id"],
            name="fk_centre_name_centre",
        ),
        CheckConstraint("name_zh IS NOT NULL OR name_en IS NOT NULL", name="named"),
        Index("ix_centre_name_centre_id", "centre_id", "from_day"),
    )

    id: UUID = Field(primary_key=True)
    organisation_id: UUID
    centre_id: UUID
    name_zh: str | None = Field(default=None, sa_column=Column(Text))
    name_en: str | None = Field(default=None, sa_column=Column(Text))
    from_day: date
    recorded_at: datetime = Field(sa_column=utc_column())


EXTRA_DDL: tuple[str, ...] = (
    *organisation_policy("centre"),
    *organisation_policy("centre_name"),
    *append_only("centre_name"),
)
