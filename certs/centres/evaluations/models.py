"""Tables of evaluations: each one with its number, and where the latest left a centre."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger
from sqlmodel import CheckConstraint, Column, Field, Index, SQLModel, Text

from certs.centres.health.rules import Health
from certs.centres.policy.fraction import Outcome
from lms.kernel.db import append_only, enum_column, organisation_policy, utc_column


class CentreStanding(SQLModel, table=True):
    """Where a centre stands after its latest evaluation; written under the centre's lock."""

    __tablename__ = "centre_standing"
    __table_args__ = (
        Index("ix_centre_standing_due", "next_evaluation_at"),
        Index("ix_centre_standing_policies_seen", "policies_seen"),
        Index("ix_centre_standing_health", "health", "centre_id"),
    )

    centre_id: UUID = Field(primary_key=True, foreign_key="centre.id")
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    at: datetime = Field(sa_column=utc_column())
    day: date
    policy_version: int = Field(foreign_key="centre_policy.version")
    policies_seen: int
    counted: int
    qualified: int
    required: int | None = None
    outcome: Outcome = Field(sa_column=enum_column(Outcome, name="outcome"))
    health: Health | None = Field(
        default=None, sa_column=enum_column(Health, name="health", nullable=True)
    )
    nobody_to_spare: bool = False
    breaks_on: date | None = None
    next_evaluation_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    looked_back_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))


class CentreEvaluation(SQLModel, table=True):
    """N and Q of a centre, numbered under its lock: the order in which its facts changed."""

    __tablename__ = "centre_evaluation"
    __table_args__ = (
        CheckConstraint("0 <= qualified AND qualified <= counted", name="tally"),
        Index("ix_centre_evaluation_at", "centre_id", "at"),
    )

    centre_id: UUID = Field(primary_key=True, foreign_key="centre.id")
    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    organisation_id: UUID
    day: date
    at: datetime = Field(sa_column=utc_column())
    counted: int
    qualified: int
    required: int | None = None
    outcome: Outcome = Field(sa_column=enum_column(Outcome, name="outcome"))
    policy_version: int = Field(foreign_key="centre_policy.version")
    cause: str = Field(sa_column=Column(Text, nullable=False))


EXTRA_DDL: tuple[str, ...] = (
    *organisation_policy("centre_standing"),
    *organisation_policy("centre_evaluation"),
    *append_only("centre_evaluation"),
)
