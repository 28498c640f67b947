"""A company's people: records, past job roles, dated links to persons, places in centres, consents.

Places (assignments) are here, below `roster/` where they are changed, because editing a record or
making a link has to know in which centres it counts.
"""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import (
    CheckConstraint,
    Column,
    DateTime,
    Field,
    ForeignKeyConstraint,
    Index,
    SQLModel,
    Text,
    UniqueConstraint,
    text,
)

from lms.kernel.db import append_only, organisation_policy, utc_column


class StaffRecord(SQLModel, table=True):
    """One company's row about somebody who works there.

    Personal data: names, `work_email`, `staff_number`.
    """

    __tablename__ = "staff_record"
    __table_args__ = (
        UniqueConstraint("organisation_id", "staff_number", name="uq_staff_record_staff_number"),
        UniqueConstraint("organisation_id", "id", name="uq_staff_record_organisation_id"),
        CheckConstraint(
            "length(staff_number) BETWEEN 1 AND 64 AND staff_number = btrim(staff_number)",
            name="staff_number",
        ),
        CheckConstraint("revision >= 1", name="counters"),
    )

    id: UUID = Field(primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id")
    staff_number: str = Field(sa_column=Column(Text, nullable=False))
    name_zh: str | None = Field(default=None, sa_column=Column(Text))
    name_en: str | None = Field(default=None, sa_column=Column(Text))
    work_email: str | None = Field(default=None, sa_column=Column(Text))
    job_role: str | None = Field(default=None, sa_column=Column(Text))
    created_at: datetime = Field(sa_column=utc_column())
    revision: int = Field(default=1)


class PastJobRole(SQLModel, table=True):
    """A job role that a record had until (exclusive) an instant, since the one before it ended.

    Append-only. The first was held from ever; the present one is the record's own.
    """

    __tablename__ = "past_job_role"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "staff_record_id"],
            ["staff_record.organisation_id", "staff_record.id"],
            name="fk_past_job_role_staff_record",
        ),
    )

    staff_record_id: UUID = Field(primary_key=True)
    held_until: datetime = Field(
        sa_column=Column(DateTime(timezone=True), primary_key=True, nullable=False)
    )
    organisation_id: UUID
    job_role: str | None = Field(default=None, sa_column=Column(Text))


class StaffLink(SQLModel, table=True):
    """That a record is about a person, from a day until (exclusive) another.

    An end may be set earlier until it was told (`ends.py`); then nothing changes. One at a time per
    record, and per person in one company (both exclusion constraints).
    """

    __tablename__ = "staff_link"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "staff_record_id"],
            ["staff_record.organisation_id", "staff_record.id"],
            name="fk_staff_link_staff_record",
        ),
        CheckConstraint("valid_to >= valid_from", name="days"),
        CheckConstraint("(valid_to IS NULL) = (ended_at IS NULL)", name="ended_when"),
        CheckConstraint("end_told_at IS NULL OR ended_at IS NOT NULL", name="told_when"),
        Index("ix_staff_link_person_id", "person_id"),
        Index("ix_staff_link_staff_record_id", "staff_record_id"),
        Index(
            "ix_staff_link_end_to_tell",
            "valid_to",
            postgresql_where=text("ended_at IS NOT NULL AND end_told_at IS NULL"),
        ),
    )

    id: UUID = Field(primary_key=True)
    organisation_id: UUID
    staff_record_id: UUID
    person_id: UUID = Field(foreign_key="person.id")
    valid_from: date
    valid_to: date | None = None
    made_at: datetime = Field(sa_column=utc_column())
    made_by: UUID | None = Field(default=None, foreign_key="person.id")
    reason: str | None = Field(default=None, sa_column=Column(Text))
    ended_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    ended_by: UUID | None = Field(default=None, foreign_key="person.id")
    end_reason: str | None = Field(default=None, sa_column=Column(Text))
    end_told_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))


class Assignment(SQLModel, table=True):
    """A record's place in a centre: valid [valid_from, valid_to), known [known_at, superseded_at).

    Rows are superseded, never changed. At most one primary per record and day (exclusion).
    """

    __tablename__ = "assignment"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "centre_id"],
            ["centre.organisation_id", "centre.id"],
            name="fk_assignment_centre",
        ),
        ForeignKeyConstraint(
            ["organisation_id", "staff_record_id"],
            ["staff_record.organisation_id", "staff_record.id"],
            name="fk_assignment_staff_record",
        ),
        CheckConstraint("valid_to > valid_from", name="days"),
        CheckConstraint("superseded_at >= known_at", name="known"),
        Index(
            "ix_assignment_counted",
            "centre_id",
            "valid_from",
            postgresql_include=["valid_to", "staff_record_id"],
            postgresql_where=text("superseded_at IS NULL AND is_primary"),
        ),
        Index(
            "ix_assignment_current",
            "staff_record_id",
            postgresql_where=text("superseded_at IS NULL"),
        ),
        Index("ix_assignment_centre_id", "centre_id", "known_at"),
        Index("ix_assignment_organisation_id", "organisation_id"),
    )

    id: UUID = Field(primary_key=True)
    organisation_id: UUID
    centre_id: UUID
    staff_record_id: UUID
    is_primary: bool
    valid_from: date
    valid_to: date | None = None
    known_at: datetime = Field(sa_column=utc_column())
    superseded_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    recorded_by: UUID | None = Field(default=None, foreign_key="person.id")


class Consent(SQLModel, table=True):
    """A person's leave for one company to see their results; ended once, kept for ever.

    `withdrawn_at`: they took it back, or the employment in which they gave it was over.
    """

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint("withdrawn_at >= given_at", name="days"),
        Index(
            "uq_consent_open",
            "organisation_id",
            "person_id",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index("ix_consent_person_id", "person_id"),
    )

    id: UUID = Field(primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id")
    person_id: UUID = Field(foreign_key="person.id")
    given_at: datetime = Field(sa_column=utc_column())
    withdrawn_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))


def _settled_once(table: str, settled: str, may_change: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse every UPDATE but the one that fills `settled` and the columns that go with it."""
    kept = ", ".join(f"'{column}'" for column in (settled, *may_change))
    return (
        (
            f"CREATE FUNCTION {table}_settled_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP = 'DELETE' OR OLD.{settled} IS NOT NULL OR NEW.{settled} IS NULL "
            f"OR to_jsonb(OLD) - ARRAY[{kept}] <> to_jsonb(NEW) - ARRAY[{kept}] THEN "
            "RAISE EXCEPTION 'rows of % are closed, never changed', TG_TABLE_NAME "
            "USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$"
        ),
        (
            f"CREATE TRIGGER {table}_settled_once BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_settled_once()"
        ),
    )


_END_STAYS = (
    (
        "CREATE FUNCTION staff_link_end_stays() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "DECLARE ends text[] := "
        "ARRAY['valid_to', 'ended_at', 'ended_by', 'end_reason', 'end_told_at']; BEGIN "
        "IF TG_OP = 'DELETE' OR OLD.end_told_at IS NOT NULL OR NEW.ended_at IS NULL "
        "OR NEW.valid_to > OLD.valid_to OR to_jsonb(OLD) - ends <> to_jsonb(NEW) - ends THEN "
        "RAISE EXCEPTION 'rows of % are closed, never changed', TG_TABLE_NAME "
        "USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$"
    ),
    (
        "CREATE TRIGGER staff_link_end_stays BEFORE UPDATE OR DELETE ON staff_link "
        "FOR EACH ROW EXECUTE FUNCTION staff_link_end_stays()"
    ),
)
"""A link's end is set, perhaps set earlier, and told; after that nothing of it changes."""


def _half(name: str, start: int) -> str:
    """Sixteen hexadecimal digits of a UUID as a number."""
    return (
        f"CREATE FUNCTION {name}(id uuid) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE "
        f"AS $$ SELECT ('x' || substr(replace(id::text, '-', ''), {start}, 16))::bit(64)::bigint $$"
    )


def _apart(table: str, name: str, keys: tuple[str, ...], where: str = "") -> str:
    """No two rows with the same keys share a day.

    A UUID is compared as two numbers, the random half first: over ranges of uuid, for which GiST
    knows no distance, an insert into 100,000 rows took fifteen times as long.
    """
    halves = [f"{half}({key})" for key in keys for half in ("lms_uuid_tail", "lms_uuid_head")]
    same = ", ".join(f"int8range({half}, {half}, '[]') WITH &&" for half in halves)
    suffix = f" WHERE ({where})" if where else ""
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {name} EXCLUDE USING gist "
        f"({same}, daterange(valid_from, valid_to) WITH &&){suffix}"
    )


EXTRA_DDL: tuple[str, ...] = (
    *organisation_policy("staff_record"),
    *organisation_policy("past_job_role"),
    *append_only("past_job_role"),
    *organisation_policy("staff_link"),
    *organisation_policy("assignment"),
    *organisation_policy("consent"),
    _half("lms_uuid_head", 1),
    _half("lms_uuid_tail", 17),
    _apart("staff_link", "ex_staff_link_record", ("staff_record_id",)),
    _apart("staff_link", "ex_staff_link_person", ("person_id", "organisation_id")),
    _apart(
        "assignment",
        "ex_assignment_primary",
        ("staff_record_id",),
        "is_primary AND superseded_at IS NULL",
    ),
    *_END_STAYS,
    *_settled_once("assignment", "superseded_at", ()),
    *_settled_once("consent", "withdrawn_at", ()),
)
