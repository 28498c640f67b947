"""Table of managers' words for their rosters."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlmodel import Column, Field, Index, SQLModel

from lms.kernel.db import append_only, organisation_policy, utc_column


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


EXTRA_DDL: tuple[str, ...] = (
    *organisation_policy("roster_attestation"),
    *append_only("roster_attestation"),
)
