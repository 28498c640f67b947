"""Tables of the centre certificate: standing, evaluations, decisions, certificates' periods, bars.

The centre itself, its staff and its roster belong to lms/orgs; documents belong to certs/issuing.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, LargeBinary
from sqlmodel import CheckConstraint, Column, Field, Index, SQLModel, Text, UniqueConstraint, text

from certs.centres.decision import DecisionKind
from certs.centres.fraction import Outcome
from certs.centres.health import Health
from lms.kernel.db import append_only, enum_column, json_column, organisation_policy, utc_column


class AwardState(StrEnum):
    """Stored states of a centre's certificate; expired is told from dates."""

    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    LAPSED = "lapsed"
    VOID = "void"


class BarKind(StrEnum):
    REVOCATION = "revocation"
    INVESTIGATION = "investigation"


class CaseKind(StrEnum):
    AWARD_VOID = "award_void"
    CORRECTION = "correction"
    RECONCILIATION = "reconciliation"


class CaseState(StrEnum):
    OPEN = "open"
    SETTLED = "settled"


class CentrePolicy(SQLModel, table=True):
    """A version of the policy; version 1 is written at first use (certs/centres/policy.py)."""

    __tablename__ = "centre_policy"

    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    effective_from: date
    document: dict[str, Any] = Field(sa_column=json_column())
    made_at: datetime = Field(sa_column=utc_column())
    proposal_id: UUID | None = Field(default=None, foreign_key="proposal.id")


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
    state: AwardState = Field(sa_column=enum_column(AwardState, name="state"))
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


class RosterAttestation(SQLModel, table=True):
    """A manager's word that the roster of that day was right."""

    __tablename__ = "roster_attestation"
    __table_args__ = (Index("ix_roster_attestation_centre", "centre_id", "at"),)

    id: UUID = Field(primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id")
    centre_id: UUID = Field(foreign_key="centre.id")
    day: date
    counted: int
    roster_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    attested_by: UUID
    at: datetime = Field(sa_column=utc_column())


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


COMPANY_TABLES = (
    "centre_standing",
    "centre_evaluation",
    "centre_award",
    "centre_decision",
    "centre_bar",
    "roster_attestation",
    "centre_case",
)

EXTRA_DDL: tuple[str, ...] = (
    (
        "ALTER TABLE centre_award ADD CONSTRAINT ex_centre_award_one_at_a_time EXCLUDE USING gist "
        "(uuidrange(centre_id, centre_id, '[]') WITH &&, daterange(from_day, last_day, '[]') "
        "WITH &&) WHERE (state IN ('in_force', 'suspended'))"
    ),
    *(statement for table in COMPANY_TABLES for statement in organisation_policy(table)),
    *append_only("centre_policy"),
    *append_only("centre_evaluation"),
    *append_only("centre_decision"),
    *append_only("roster_attestation"),
)
