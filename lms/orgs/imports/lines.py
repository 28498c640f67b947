"""A roster file's lines: cells into values, with everything that is wrong with each line. Pure."""

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Self, TypeAlias
from uuid import UUID

from lms.orgs.days import EARLIEST, LATEST
from lms.orgs.imports.columns import Column, plain
from lms.orgs.roster.formulas import is_formula, unquoted
from lms.orgs.texts import deceives

LONGEST: dict[Column, int] = {
    Column.STAFF_NUMBER: 64,
    Column.NAME_ZH: 200,
    Column.NAME_EN: 200,
    Column.WORK_EMAIL: 254,
    Column.JOB_ROLE: 200,
    Column.CENTRE: 200,
    Column.FIRST_DAY: 20,
    Column.LAST_DAY: 20,
}
ROW_MOST = 50_000
"""Characters of one row: all columns at their longest, quoted, are a twentieth of it."""

_DAY = re.compile(r"(\d{4,5})(?:-|/|年)(\d{1,2})(?:-|/|月)(\d{1,2})日?")
_ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(?:\.[^@\s,;<>\".]+)+")


@dataclass(frozen=True, slots=True)
class LineFault:
    """One thing wrong with one line (physical lines, from 1)."""

    line: int
    column: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Line:
    """One member of staff as a file states them. None is an empty cell, or a column not there."""

    line: int
    staff_number: str
    centre_id: UUID
    name_zh: str | None = None
    name_en: str | None = None
    work_email: str | None = None
    job_role: str | None = None
    first_day: date | None = None
    last_day: date | None = None


Read: TypeAlias = Line | list[LineFault]


class UnparsableError(Exception):
    """The rest of the file cannot be split into cells."""

    def __init__(self, line: int, detail: str) -> None:
        self.line = line
        self.detail = detail
        super().__init__(f"line {line}: {detail}")


@dataclass(slots=True)
class CentreNames:
    """The registered centres that a file may name, by id or by a name that only one of them has."""

    by_name: Mapping[str, frozenset[UUID]]
    default: UUID | None = None

    @classmethod
    def of(cls, centres: Sequence[tuple[UUID, str | None, str | None]]) -> "CentreNames":
        """From (id, Chinese name, English name); a company's only centre need not be named."""
        found: dict[str, set[UUID]] = {}
        for centre_id, *names in centres:
            for name in (str(centre_id), *names):
                if name:
                    found.setdefault(plain(name), set()).add(centre_id)
        only = centres[0][0] if len(centres) == 1 else None
        return cls({name: frozenset(ids) for name, ids in found.items()}, only)

    def named(self, name: str | None) -> UUID | tuple[str, str]:
        """The centre, or a fault's code and detail."""
        if name is None:
            return self.default or ("centre_missing", "say in which centre they work")
        found = self.by_name.get(plain(name), frozenset())
        if len(found) == 1:
            return next(iter(found))
        if found:
            return ("centre_ambiguous", "more than one centre is called so: give its id")
        return ("centre_unknown", "no registered centre of the company is called so")


class _Feed:
    """A file's physical lines for the parser, as long as one row of them stays within bounds.

    Else a row of nothing but delimiters would be tens of millions of cells in memory.
    """

    def __init__(self, text: Iterator[str]) -> None:
        self._text = text
        self._taken = 0

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = next(self._text)
        self._taken += len(line)
        if self._taken > ROW_MOST:
            raise csv.Error(f"a row of more than {ROW_MOST} characters")
        return line

    def begin_row(self) -> None:
        self._taken = 0


def rows(text: Iterator[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Every row that is not blank, with the physical line on which it starts.

    Raises:
        UnparsableError: quotes that do not pair, or a row without end.
    """
    feed = _Feed(text)
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        start = reader.line_num + 1
        feed.begin_row()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnparsableError(start, str(error)) from error
        if any(cell.strip() for cell in cells):
            yield start, cells


@dataclass(slots=True)
class LineReader:
    """Reads one file's rows; it remembers staff numbers, since a file names each only once."""

    columns: Sequence[Column]
    centres: CentreNames
    seen: dict[str, int] = field(default_factory=dict)

    def read(self, line: int, cells: Sequence[str]) -> Read:
        """The row's values, or everything that is wrong with it."""
        if len(cells) != len(self.columns):
            detail = f"{len(cells)} cells under {len(self.columns)} column names"
            return [LineFault(line, "", "cells_count", detail)]
        values: dict[Column, str | None] = {}
        faults: list[LineFault] = []
        for column, cell in zip(self.columns, cells, strict=True):
            code = _fault_of_cell(column, cell)
            if code is None:
                values[column] = unicodedata.normalize("NFC", unquoted(cell)).strip() or None
            else:
                faults.append(LineFault(line, column, *code))
        made = self._line(line, values, faults)
        return made if made is not None and not faults else faults

    def _line(
        self, line: int, values: dict[Column, str | None], faults: list[LineFault]
    ) -> Line | None:
        number = values.get(Column.STAFF_NUMBER)
        if Column.STAFF_NUMBER in values:
            self._note(line, number, faults)
        centre = self._centre(line, values, faults)
        first = _day(line, Column.FIRST_DAY, values, faults)
        last = _day(line, Column.LAST_DAY, values, faults)
        if first and last and last < first:
            detail = "the last day is before the first"
            faults.append(LineFault(line, Column.LAST_DAY, "days_order", detail))
        address = values.get(Column.WORK_EMAIL)
        if address and not _ADDRESS.fullmatch(address):
            faults.append(LineFault(line, Column.WORK_EMAIL, "email", "not a mail address"))
        if number is None or centre is None:
            return None
        return Line(
            line=line,
            staff_number=number,
            centre_id=centre,
            name_zh=values.get(Column.NAME_ZH),
            name_en=values.get(Column.NAME_EN),
            work_email=address,
            job_role=values.get(Column.JOB_ROLE),
            first_day=first,
            last_day=last,
        )

    def _centre(
        self, line: int, values: dict[Column, str | None], faults: list[LineFault]
    ) -> UUID | None:
        if Column.CENTRE in self.columns and Column.CENTRE not in values:
            return None
        centre = self.centres.named(values.get(Column.CENTRE))
        if isinstance(centre, UUID):
            return centre
        faults.append(LineFault(line, Column.CENTRE, *centre))
        return None

    def _note(self, line: int, number: str | None, faults: list[LineFault]) -> None:
        if number is None:
            detail = "every line has a staff number"
            faults.append(LineFault(line, Column.STAFF_NUMBER, "staff_number_missing", detail))
        elif number in self.seen:
            detail = f"lines {self.seen[number]} and {line} have the same staff number"
            faults.append(LineFault(line, Column.STAFF_NUMBER, "staff_number_twice", detail))
        else:
            self.seen[number] = line


def read_day(cell: str) -> date | None:
    """A day written year first (2026-03-02, 2026/3/2, 2026年3月2日); other orders are guesses."""
    found = _DAY.fullmatch(cell)
    if found is None:
        return None
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None


def why_no_day(cell: str) -> str:
    """What is wrong with a cell that `read_day` does not take."""
    found = _DAY.fullmatch(cell)
    if found is None:
        return "write a day as 2026-03-02"
    if not EARLIEST.year <= int(found[1]) <= LATEST.year:
        return f"a day from {EARLIEST} to {LATEST}"
    return "the calendar has no such day"


def _day(
    line: int, column: Column, values: dict[Column, str | None], faults: list[LineFault]
) -> date | None:
    cell = values.get(column)
    if cell is None:
        return None
    day = read_day(cell)
    if day is None:
        faults.append(LineFault(line, column, "day", why_no_day(cell)))
    return day


def _fault_of_cell(column: Column, cell: str) -> tuple[str, str] | None:
    """What keeps a cell from being read at all."""
    if is_formula(cell):
        return ("formula", "a cell may not start with = + - @ or a tab: spreadsheets run it")
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in cell):
        return ("control_character", "a character here cannot be printed")
    if deceives(cell):
        return ("invisible_character", "a character here is invisible or turns the text around it")
    if len(unquoted(cell).strip()) > LONGEST[column]:
        return ("too_long", f"at most {LONGEST[column]} characters")
    return None
