"""Roster files: one row per preview, with the lines that it read and everything wrong with them.

Lines and faults go when the import is settled; the import's own row, with its counts, stays.
"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import (
    BigInteger,
    CheckConstraint,
    Column,
    Field,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SQLModel,
    Text,
    UniqueConstraint,
)

from lms.kernel.db import enum_column, organisation_policy, utc_column


class ImportState(StrEnum):
    PREVIEWED = "previewed"
    COMMITTED = "committed"
    DISCARDED = "discarded"


class Absent(StrEnum):
    """What a file says about a member of staff whom it does not name."""

    KEEP = "keep"
    LEAVE = "leave"


class Outcome(StrEnum):
    """What a line changes. `leave` ends an employment on the line's last day."""

    JOIN = "join"
    MOVE = "move"
    CHANGE = "change"
    LEAVE = "leave"
    SAME = "same"


class RosterImport(SQLModel, table=True):
    """One previewed file, and what became of it.

    `columns` are those that the file has: what it does not have, it leaves as it is. The preview is
    true while the company's `roster_revision` is the one that it saw.
    """

    __tablename__ = "roster_import"
    __table_args__ = (
        UniqueConstraint("organisation_id", "id", name="uq_roster_import_organisation_id"),
        CheckConstraint("(state = 'previewed') = (settled_at IS NULL)", name="settled_when"),
        CheckConstraint("state <> 'committed' OR faults = 0", name="no_faults"),
        Index("ix_roster_import_settled_at", "settled_at", "previewed_at"),
    )

    id: UUID = Field(primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id")
    file_name: str = Field(sa_column=Column(Text, nullable=False))
    sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    charset: str = Field(sa_column=Column(Text, nullable=False))
    delimiter: str = Field(sa_column=Column(Text, nullable=False))
    columns: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    absent: Absent = Field(sa_column=enum_column(Absent, name="absent"))
    effective_on: date
    roster_revision: int = Field(sa_column=Column(BigInteger, nullable=False))
    state: ImportState = Field(sa_column=enum_column(ImportState, name="state"))
    lines: int
    faults: int
    joins: int
    moves: int
    changes: int
    leaves: int
    same: int
    previewed_by: UUID | None = Field(default=None, foreign_key="person.id")
    previewed_at: datetime = Field(sa_column=utc_column())
    settled_by: UUID | None = Field(default=None, foreign_key="person.id")
    settled_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))


class ImportLine(SQLModel, table=True):
    """One line of a file as it was read, and what it would change: the place [from_day, to_day).

    Columns that the file lacks hold what the record has. `differs_from` is the first day on which
    places would look different; null where they would not.
    """

    __tablename__ = "import_line"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "import_id"],
            ["roster_import.organisation_id", "roster_import.id"],
            name="fk_import_line_import",
        ),
        Index("ix_import_line_outcome", "import_id", "outcome", "line"),
    )

    import_id: UUID = Field(primary_key=True)
    line: int = Field(primary_key=True)
    organisation_id: UUID
    staff_number: str = Field(sa_column=Column(Text, nullable=False))
    name_zh: str | None = Field(default=None, sa_column=Column(Text))
    name_en: str | None = Field(default=None, sa_column=Column(Text))
    work_email: str | None = Field(default=None, sa_column=Column(Text))
    job_role: str | None = Field(default=None, sa_column=Column(Text))
    centre_id: UUID
    staff_record_id: UUID
    is_new: bool
    edits_record: bool
    edits_place: bool
    ends_employment: bool
    from_day: date
    to_day: date | None = None
    differs_from: date | None = None
    from_centre_id: UUID | None = None
    outcome: Outcome = Field(sa_column=enum_column(Outcome, name="outcome"))


class ImportFault(SQLModel, table=True):
    """One thing wrong with a line; the first thousand of a file are kept."""

    __tablename__ = "import_fault"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "import_id"],
            ["roster_import.organisation_id", "roster_import.id"],
            name="fk_import_fault_import",
        ),
    )

    import_id: UUID = Field(primary_key=True)
    position: int = Field(primary_key=True)
    organisation_id: UUID
    line: int
    column: str = Field(sa_column=Column(Text, nullable=False))
    code: str = Field(sa_column=Column(Text, nullable=False))
    detail: str = Field(sa_column=Column(Text, nullable=False))


EXTRA_DDL: tuple[str, ...] = (
    *organisation_policy("roster_import"),
    *organisation_policy("import_line"),
    *organisation_policy("import_fault"),
)
