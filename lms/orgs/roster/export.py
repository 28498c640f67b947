"""A roster as a file that a spreadsheet opens, and that the import takes back. Pure."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from datetime import date

from lms.orgs.roster.formulas import harmless

MARK = "\ufeff"
"""Without it spreadsheets on Windows take UTF-8 for the local charset."""

HEADER = (
    "staff_number",
    "name_zh",
    "name_en",
    "work_email",
    "job_role",
    "centre",
    "first_day",
    "last_day",
)


@dataclass(frozen=True, slots=True)
class ExportLine:
    """One line, its cells in the header's order."""

    staff_number: str
    name_zh: str | None
    name_en: str | None
    work_email: str | None
    job_role: str | None
    centre: str
    first_day: date
    last_day: date | None


def file_text(lines: Iterable[ExportLine]) -> Iterator[str]:
    """The file, line by line, with nothing in it that a spreadsheet would run."""
    yield MARK + _line(HEADER)
    for line in lines:
        yield _line([harmless("" if cell is None else str(cell)) for cell in astuple(line)])


def _line(cells: Iterable[str]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow(cells)
    return written.getvalue()
