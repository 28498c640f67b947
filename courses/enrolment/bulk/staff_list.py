"""A CSV of staff numbers, read as rosters are: encodings, header names, formulas refused. Pure."""

import io

from lms.kernel.problems import Fault, Invalid
from lms.orgs.imports.columns import Column, delimiter_of, read_header
from lms.orgs.imports.encoding import UndecidableError, decide
from lms.orgs.imports.lines import LONGEST, UnparsableError, rows
from lms.orgs.roster.formulas import is_formula

LINES_MOST = 1000


def staff_numbers(body: bytes, charset: str | None) -> list[str]:
    """The column of staff numbers, in the file's order; other columns are not looked at.

    Raises:
        Invalid: with every line that cannot be read, as `/line/<n>`.
    """
    try:
        decided = decide(io.BytesIO(body), charset)
        text = body[decided.skip :].decode(decided.codec)
        lines = rows(iter(text.splitlines(keepends=True)), delimiter_of(text.partition("\n")[0]))
        found = list(lines)
    except (UndecidableError, UnparsableError) as error:
        raise Invalid([Fault(f"/line/{error.line}", "unreadable", error.detail)]) from error
    if not found:
        raise Invalid([Fault("/line/1", "empty", "the file has no line")])
    place = _column(*found[0])
    return _numbers(found[1:], place)


def _column(line: int, cells: list[str]) -> int:
    header = read_header(cells, needs_centre=False)
    faults = [
        Fault(f"/line/{line}", fault.code, f"{fault.column}: {fault.detail}")
        for fault in header.faults
    ]
    if faults:
        raise Invalid(faults)
    return header.columns.index(Column.STAFF_NUMBER)


def _numbers(found: list[tuple[int, list[str]]], place: int) -> list[str]:
    faults = []
    numbers = []
    for line, cells in found[:LINES_MOST]:
        number = cells[place].strip() if place < len(cells) else ""
        if not number:
            faults.append(
                Fault(f"/line/{line}", "staff_number_missing", "a staff number is needed")
            )
        elif len(number) > LONGEST[Column.STAFF_NUMBER]:
            detail = f"at most {LONGEST[Column.STAFF_NUMBER]} characters"
            faults.append(Fault(f"/line/{line}", "too_long", detail))
        elif is_formula(number):
            faults.append(Fault(f"/line/{line}", "formula", "a cell may not start with = + - @"))
        numbers.append(number)
    if len(found) > LINES_MOST:
        line = found[LINES_MOST][0]
        faults.append(Fault(f"/line/{line}", "too_many", f"at most {LINES_MOST} at a time"))
    if not found:
        faults.append(Fault("/line/2", "empty", "the file names nobody"))
    if faults:
        raise Invalid(faults)
    return numbers
