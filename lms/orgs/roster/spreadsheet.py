"""A roster as a file that a spreadsheet opens, and that the import takes back. Pure.

Read out of the database it is in `exporting.py`.
"""

import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lms.orgs.days import last_day_of
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
    """One member of staff's primary place, in the order of `HEADER`."""

    staff_number: str
    name_zh: str | None
    name_en: str | None
    work_email: str | None
    job_role: str | None
    centre_id: UUID
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Called:
    """A centre that takes staff, by its names."""

    id: UUID
    name_zh: str | None
    name_en: str | None


def labels(centres: Iterable[Called]) -> dict[UUID, str]:
    """What each centre is called in the file: its name, or its id where a name is not its alone."""
    known = list(centres)
    spoken = Counter(
        name for centre in known for name in {_letters(centre.name_zh), _letters(centre.name_en)}
    )
    return {
        centre.id: next(
            (
                name
                for name in (centre.name_en, centre.name_zh)
                if name and spoken[_letters(name)] == 1
            ),
            str(centre.id),
        )
        for centre in known
    }


def opening() -> str:
    """What the file begins with."""
    return MARK + _rows([HEADER])


def part(lines: Iterable[ExportLine], called: dict[UUID, str]) -> str:
    """Some of the file's lines, with nothing in them that a spreadsheet would run."""
    return _rows(
        [
            harmless(line.staff_number),
            harmless(line.name_zh or ""),
            harmless(line.name_en or ""),
            harmless(line.work_email or ""),
            harmless(line.job_role or ""),
            harmless(called[line.centre_id]),
            line.valid_from.isoformat(),
            str(last_day_of(line.valid_to) or ""),
        ]
        for line in lines
    )


def _rows(rows: Iterable[Sequence[str]]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return written.getvalue()


def _letters(name: str | None) -> str:
    """A name as it is told apart, at least as strictly as the import does."""
    folded = unicodedata.normalize("NFKC", name or "").casefold()
    return "".join(one for one in folded if one.isalnum())
