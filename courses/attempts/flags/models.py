"""Flags on attempts and how they were settled: facts beside an attempt; marking reads none."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Column, Field, SQLModel, Text

from lms.kernel.db import append_only, enum_column, utc_column


class FlagKind(StrEnum):
    """Where a doubt about an attempt comes from."""

    INVIGILATION = "invigilation"
    MONITORING = "monitoring"


class AttemptFlag(SQLModel, table=True):
    """A doubt about how an attempt was made; open while no `AttemptFlagSettlement` answers it."""

    __tablename__ = "attempt_flag"

    id: UUID = Field(primary_key=True)
    attempt_id: UUID = Field(foreign_key="attempt.id", index=True)
    kind: FlagKind = Field(sa_column=enum_column(FlagKind, name="kind"))
    reason: str = Field(sa_column=Column(Text, nullable=False))
    raised_by: UUID = Field(foreign_key="person.id")
    raised_at: datetime = Field(sa_column=utc_column())


class AttemptFlagSettlement(SQLModel, table=True):
    """What was found about a flag; there is one at most."""

    __tablename__ = "attempt_flag_settlement"

    flag_id: UUID = Field(foreign_key="attempt_flag.id", primary_key=True)
    resolution: str = Field(sa_column=Column(Text, nullable=False))
    settled_by: UUID = Field(foreign_key="person.id")
    settled_at: datetime = Field(sa_column=utc_column())


EXTRA_DDL: tuple[str, ...] = (
    *append_only("attempt_flag"),
    *append_only("attempt_flag_settlement"),
)
