"""Tables of decisions, and of the periods for which a centre is certified.

Documents belong to certs/issuing.
"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, LargeBinary
from sqlmodel import CheckConstraint, Column, Field, Index, SQLModel, Text, UniqueConstraint, text

from certs.centres.decisions.rules import DecisionKind
from certs.centres.policy.fraction import Outcome
from lms.kernel.db import append_only, enum_column, organisation_policy, utc_column


class CentreAwardState(StrEnum):
    """Stored states of a centre's certificate; expired is told from dates."""

    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    LAPSED = "lapsed"
    VOID = "void"


class CentreAward(SQLModel, table=True):
    """A centre's certificate for one period. Never two in force or suspended on one day."""

    __tablename__ = "centre_award"
    __table_args__ = (
        CheckConstraint("from_day <= last_day", name="period"),
        Index("ix_centre_award_centre", "centre_id", "from_day"),
        Index(
            "ix_centre_award_register",
            "centre_id",
            "last_day",
            postgresql_where=text("state = 'in_force'"),
        ),
    )

    id: UUID = Field(primary_key=True)
    issuer_id: UUID = Field(foreign_key="issuer.id")
    organisation_id: UUID = Field(foreign_key="organisation.id")
    centre_id: UUID = Field(foreign_key="centre.id")
    from_day: date
    last_day: date
    state: CentreAwardState = Field(sa_column=enum_column(CentreAwardState, name="state"))
    settled_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    renews_id: UUID | None = Field(default=None, foreign_key="centre_award.id")
    made_at: datetime = Field(sa_column=utc_column())
    revision: int = Field(default=1)


class CentreDecision(SQLModel, table=True):
    """An evaluation that changed something, with its evidence as frozen bytes."""

    __tablename__ = "centre_decision"
    __table_args__ = (
        UniqueConstraint("centre_id", "seq", name="uq_centre_decision_seq"),
        ForeignKeyConstraint(
            ["centre_id", "seq"],
            ["centre_evaluation.centre_id", "centre_evaluation.seq"],
            name="fk_centre_decision_evaluation",
        ),
        Index("ix_centre_decision_award", "centre_award_id", "seq"),
    )

    id: UUID = Field(primary_key=True)
    centre_id: UUID
    organisation_id: UUID = Field(foreign_key="organisation.id")
    seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    kind: DecisionKind = Field(sa_column=enum_column(DecisionKind, name="kind"))
    day: date
    zone: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime = Field(sa_column=utc_column())
    policy_version: int = Field(foreign_key="centre_policy.version")
    counted: int
    qualified: int
    required: int | None = None
    outcome: Outcome = Field(sa_column=enum_column(Outcome, name="outcome"))
    centre_award_id: UUID | None = Field(default=None, foreign_key="centre_award.id")
    roster_fell: bool = False
    decided_by: UUID | None = None
    reason: str | None = Field(default=None, sa_column=Column(Text))
    evidence: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    evidence_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


EXTRA_DDL: tuple[str, ...] = (
    (
        "ALTER TABLE centre_award ADD CONSTRAINT ex_centre_award_one_at_a_time EXCLUDE USING gist "
        "(uuidrange(centre_id, centre_id, '[]') WITH &&, daterange(from_day, last_day, '[]') "
        "WITH &&) WHERE (state IN ('in_force', 'suspended'))"
    ),
    *organisation_policy("centre_award"),
    *organisation_policy("centre_decision"),
    *append_only("centre_decision"),
)
