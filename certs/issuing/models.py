"""Certificates as documents: what is due, what was issued, what happened to it since."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, PrimaryKeyConstraint
from sqlmodel import CheckConstraint, Column, Field, Index, SQLModel, Text, UniqueConstraint, text

from certs.issuing.changes.status import Happened, Status
from certs.issuing.numbers.number import Kind
from lms.kernel.db import append_only, enum_column, json_column, utc_column


class OrderState(StrEnum):
    """`withdrawn`: its award ended before a document was made."""

    OPEN = "open"
    DONE = "done"
    WITHDRAWN = "withdrawn"


OF_ITS_KIND = (
    "(kind = 'person') = (award_id IS NOT NULL) "
    "AND (kind = 'centre') = (centre_award_id IS NOT NULL)"
)


class CertificateOrder(SQLModel, table=True):
    """A certificate that is due: written before anything is numbered, so that none is lost.

    `faults` say why the last try made none.
    """

    __tablename__ = "certificate_order"
    __table_args__ = (
        CheckConstraint(OF_ITS_KIND, name="of_its_kind"),
        CheckConstraint("(state = 'done') = (certificate_id IS NOT NULL)", name="done"),
        Index(
            "uq_certificate_order_award",
            "award_id",
            unique=True,
            postgresql_where=text("award_id IS NOT NULL AND supersedes_id IS NULL"),
        ),
        Index(
            "uq_certificate_order_centre_award",
            "centre_award_id",
            unique=True,
            postgresql_where=text("centre_award_id IS NOT NULL AND supersedes_id IS NULL"),
        ),
        Index("ix_certificate_order_open", "id", postgresql_where=text("state = 'open'")),
    )

    id: UUID = Field(primary_key=True)
    kind: Kind = Field(sa_column=enum_column(Kind, name="kind"))
    award_id: UUID | None = Field(default=None, foreign_key="award.id")
    centre_award_id: UUID | None = Field(default=None, foreign_key="centre_award.id")
    supersedes_id: UUID | None = Field(default=None, foreign_key="certificate.id", unique=True)
    state: OrderState = Field(sa_column=enum_column(OrderState, name="state"))
    faults: list[dict[str, Any]] | None = Field(default=None, sa_column=json_column(nullable=True))
    certificate_id: UUID | None = Field(default=None, foreign_key="certificate.id", unique=True)
    requested_at: datetime = Field(sa_column=utc_column())
    tried_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))


class Certificate(SQLModel, table=True):
    """One issued document. What it states never changes (trigger); its status moves on.

    `payload` holds the exact bytes that `payload_hash` is of. Days are days in `zone`. Personal
    data: `payload`.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        CheckConstraint(OF_ITS_KIND, name="of_its_kind"),
        CheckConstraint("(kind = 'person') = (person_id IS NOT NULL)", name="of_a_person"),
        CheckConstraint("last_day >= from_day", name="period"),
        CheckConstraint("serial >= 1", name="serial"),
        CheckConstraint("(token IS NULL) = (signed_at IS NULL)", name="signed"),
        CheckConstraint("payload_hash = sha256(payload)", name="hash"),
        CheckConstraint("revision >= 1", name="counters"),
        UniqueConstraint("issuer_id", "kind", "year", "serial", name="uq_certificate_serial"),
        Index(
            "uq_certificate_award",
            "award_id",
            unique=True,
            postgresql_where=text("status <> 'superseded'"),
        ),
        Index(
            "uq_certificate_centre_award",
            "centre_award_id",
            unique=True,
            postgresql_where=text("status <> 'superseded'"),
        ),
        Index("ix_certificate_person", "person_id", "id"),
        Index("ix_certificate_unsigned", "id", postgresql_where=text("token IS NULL")),
    )

    id: UUID = Field(primary_key=True)
    issuer_id: UUID = Field(foreign_key="issuer.id")
    kind: Kind = Field(sa_column=enum_column(Kind, name="kind"))
    award_id: UUID | None = Field(default=None, foreign_key="award.id")
    centre_award_id: UUID | None = Field(default=None, foreign_key="centre_award.id")
    person_id: UUID | None = Field(default=None, foreign_key="person.id")
    year: int
    serial: int
    number: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    verification_code: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    payload: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    payload_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    key_id: UUID = Field(foreign_key="credential_key.id")
    token: str | None = Field(default=None, sa_column=Column(Text))
    issued_at: datetime = Field(sa_column=utc_column())
    issued_on: date
    signed_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    from_day: date
    last_day: date | None = None
    zone: str = Field(sa_column=Column(Text, nullable=False))
    status: Status = Field(sa_column=enum_column(Status, name="status"))
    status_at: datetime = Field(sa_column=utc_column())
    supersedes_id: UUID | None = Field(default=None, foreign_key="certificate.id", unique=True)
    revision: int = Field(default=1)


class StatusEvent(SQLModel, table=True):
    """Something that happened to a certificate; `position` counts its events from 1, its issue."""

    __tablename__ = "status_event"
    __table_args__ = (
        CheckConstraint("position >= 1", name="position"),
        CheckConstraint("(happened = 'issued') = (position = 1)", name="issued_first"),
        CheckConstraint("happened = 'issued' OR reason IS NOT NULL", name="says_why"),
    )

    certificate_id: UUID = Field(primary_key=True, foreign_key="certificate.id")
    position: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    happened: Happened = Field(sa_column=enum_column(Happened, name="happened"))
    at: datetime = Field(sa_column=utc_column())
    day: date
    decided_by: UUID | None = Field(default=None, foreign_key="person.id")
    reason: str | None = Field(default=None, sa_column=Column(Text))


class NumberCounter(SQLModel, table=True):
    """The last serial number given in a local year; its row is the lock that keeps out gaps."""

    __tablename__ = "number_counter"
    __table_args__ = (
        PrimaryKeyConstraint("issuer_id", "kind", "year"),
        CheckConstraint("last >= 1", name="last"),
    )

    issuer_id: UUID = Field(foreign_key="issuer.id")
    kind: Kind = Field(sa_column=enum_column(Kind, name="kind"))
    year: int = Field(sa_column_kwargs={"autoincrement": False})
    last: int


EXTRA_DDL: tuple[str, ...] = (
    """
    CREATE FUNCTION lms_guard_certificate() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE'
           OR (OLD.id, OLD.issuer_id, OLD.kind, OLD.award_id, OLD.centre_award_id, OLD.person_id,
               OLD.year, OLD.serial, OLD.number, OLD.verification_code, OLD.payload,
               OLD.payload_hash, OLD.issued_at, OLD.issued_on, OLD.from_day, OLD.last_day, OLD.zone,
               OLD.supersedes_id)
              IS DISTINCT FROM
              (NEW.id, NEW.issuer_id, NEW.kind, NEW.award_id, NEW.centre_award_id, NEW.person_id,
               NEW.year, NEW.serial, NEW.number, NEW.verification_code, NEW.payload,
               NEW.payload_hash, NEW.issued_at, NEW.issued_on, NEW.from_day, NEW.last_day, NEW.zone,
               NEW.supersedes_id)
           OR (OLD.token IS NOT NULL AND (OLD.token, OLD.key_id, OLD.signed_at)
               IS DISTINCT FROM (NEW.token, NEW.key_id, NEW.signed_at))
        THEN
            RAISE EXCEPTION 'a certificate is never changed' USING ERRCODE = 'restrict_violation';
        END IF;
        IF OLD.status <> NEW.status
           AND (OLD.status IN ('superseded', 'void')
                OR (OLD.status IN ('revoked', 'lapsed') AND NEW.status <> 'void'))
        THEN
            RAISE EXCEPTION 'a certificate that was % never lives again', OLD.status
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END
    $$
    """,
    """
    CREATE TRIGGER certificate_guard BEFORE UPDATE OR DELETE ON certificate
    FOR EACH ROW EXECUTE FUNCTION lms_guard_certificate()
    """,
    *append_only("status_event"),
)
