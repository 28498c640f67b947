"""Shapes of roster imports at the API."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from lms.kernel.schema import Out
from lms.orgs.days import last_day_of
from lms.orgs.imports.models import ImportFault, ImportLine, RosterImport
from lms.orgs.staff.models import StaffRecord


class RosterImportOut(Out):
    """`leaves` counts lines that end an employment and, with `absent=leave`, who is not named."""

    id: UUID
    file_name: str
    sha256: str
    charset: str
    delimiter: str
    columns: list[str]
    absent: str
    effective_on: date
    state: str
    lines: int
    faults: int
    joins: int
    moves: int
    changes: int
    leaves: int
    same: int
    previewed_at: datetime
    settled_at: datetime | None

    @classmethod
    def of(cls, row: RosterImport) -> Self:
        return cls(
            id=row.id,
            file_name=row.file_name,
            sha256=row.sha256.hex(),
            charset=row.charset,
            delimiter=row.delimiter,
            columns=row.columns,
            absent=row.absent.value,
            effective_on=row.effective_on,
            state=row.state.value,
            lines=row.lines,
            faults=row.faults,
            joins=row.joins,
            moves=row.moves,
            changes=row.changes,
            leaves=row.leaves,
            same=row.same,
            previewed_at=row.previewed_at,
            settled_at=row.settled_at,
        )


class ImportLineOut(Out):
    """A line's outcome; `from_centre_id` is where they are now, if that is another centre."""

    line: int
    outcome: str
    staff_number: str
    name_zh: str | None
    name_en: str | None
    work_email: str | None
    job_role: str | None
    centre_id: UUID
    from_centre_id: UUID | None
    first_day: date
    last_day: date | None
    edits_record: bool
    edits_place: bool
    differs_from: date | None

    @classmethod
    def of(cls, row: ImportLine) -> Self:
        return cls(
            line=row.line,
            outcome=row.outcome.value,
            staff_number=row.staff_number,
            name_zh=row.name_zh,
            name_en=row.name_en,
            work_email=row.work_email,
            job_role=row.job_role,
            centre_id=row.centre_id,
            from_centre_id=row.from_centre_id,
            first_day=row.from_day,
            last_day=last_day_of(row.to_day),
            edits_record=row.edits_record,
            edits_place=row.edits_place,
            differs_from=row.differs_from,
        )


class ImportFaultOut(Out):
    line: int
    column: str
    code: str
    detail: str

    @classmethod
    def of(cls, row: ImportFault) -> Self:
        return cls(line=row.line, column=row.column, code=row.code, detail=row.detail)


class AbsentOut(Out):
    staff_record_id: UUID
    staff_number: str
    name_zh: str | None
    name_en: str | None

    @classmethod
    def of(cls, row: StaffRecord) -> Self:
        return cls(
            staff_record_id=row.id,
            staff_number=row.staff_number,
            name_zh=row.name_zh,
            name_en=row.name_en,
        )
