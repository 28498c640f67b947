from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.orgs.imports.columns import Column
from lms.orgs.imports.lines import (
    ROW_MOST,
    CentreNames,
    Line,
    LineFault,
    LineReader,
    UnparsableError,
    read_day,
    rows,
)

EAST = UUID(int=1)
WEST = UUID(int=2)
CENTRES = CentreNames.of([(EAST, "東九龍中心", "Kowloon East"), (WEST, "西環中心", "Western")])
COLUMNS = tuple(Column)


def reader(columns: tuple[Column, ...] = COLUMNS) -> LineReader:
    return LineReader(columns, CENTRES)


def codes(found: object) -> list[tuple[str, str]]:
    assert isinstance(found, list)
    return [(fault.column, fault.code) for fault in found]


def test_a_whole_line_is_read() -> None:
    cells = [
        " 0071 ",
        "陳大文",
        "CHAN Tai Man",
        "tm.chan@example.com",
        "Agent",
        "kowloon east",
        "2026-03-02",
        "2026/4/1",
    ]
    assert reader().read(2, cells) == Line(
        line=2,
        staff_number="0071",
        centre_id=EAST,
        name_zh="陳大文",
        name_en="CHAN Tai Man",
        work_email="tm.chan@example.com",
        job_role="Agent",
        first_day=date(2026, 3, 2),
        last_day=date(2026, 4, 1),
    )


def test_everything_wrong_with_a_line_is_told_at_once() -> None:
    cells = ["", "=1+1", "x" * 201, "nobody", "a\x00b", "nowhere", "2/3/2026", "2026-02-30"]
    assert sorted(codes(reader().read(2, cells))) == [
        ("centre", "centre_unknown"),
        ("first_day", "day"),
        ("job_role", "control_character"),
        ("last_day", "day"),
        ("name_en", "too_long"),
        ("name_zh", "formula"),
        ("staff_number", "staff_number_missing"),
        ("work_email", "email"),
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "　@"])
def test_a_cell_that_a_spreadsheet_would_run_is_refused(start: str) -> None:
    found = reader((Column.STAFF_NUMBER, Column.CENTRE)).read(2, [f"{start}1", "Western"])
    assert codes(found) == [("staff_number", "formula")]


def test_what_an_export_quoted_comes_back_as_it_was() -> None:
    found = reader((Column.STAFF_NUMBER, Column.CENTRE)).read(2, ["'-12", "Western"])
    assert isinstance(found, Line)
    assert found.staff_number == "-12"


@pytest.mark.parametrize("number", ["A1\u200b", "\ufeffA1", "A\u202e1"])
def test_a_character_that_nobody_sees_makes_no_second_member_of_staff(number: str) -> None:
    found = reader((Column.STAFF_NUMBER, Column.CENTRE)).read(2, [number, "Western"])
    assert codes(found) == [("staff_number", "invisible_character")]


def test_a_staff_number_given_twice_names_both_lines() -> None:
    reading = reader((Column.STAFF_NUMBER, Column.CENTRE))
    reading.read(2, ["7", "Western"])
    (fault,) = reading.read(9, ["7", "Western"])
    assert isinstance(fault, LineFault)
    assert "2" in fault.detail
    assert "9" in fault.detail


def test_the_last_day_is_not_before_the_first() -> None:
    columns = (Column.STAFF_NUMBER, Column.CENTRE, Column.FIRST_DAY, Column.LAST_DAY)
    found = reader(columns).read(2, ["1", "Western", "2026-03-02", "2026-03-01"])
    assert codes(found) == [("last_day", "days_order")]
    assert isinstance(reader(columns).read(3, ["1", "Western", "2026-03-02", "2026-03-02"]), Line)


@pytest.mark.parametrize("cells", [["1"], ["1", "Western", "more"]])
def test_a_line_has_as_many_cells_as_the_header(cells: list[str]) -> None:
    found = reader((Column.STAFF_NUMBER, Column.CENTRE)).read(2, cells)
    assert codes(found) == [("", "cells_count")]


def test_a_name_of_two_centres_is_ambiguous_but_an_id_is_not() -> None:
    centres = CentreNames.of([(EAST, None, "Hotline"), (WEST, None, "hot line")])
    reading = LineReader((Column.STAFF_NUMBER, Column.CENTRE), centres)
    assert codes(reading.read(2, ["1", "Hotline"])) == [("centre", "centre_ambiguous")]
    assert isinstance(reading.read(3, ["2", str(WEST)]), Line)


def test_the_only_centre_is_meant_when_none_is_named() -> None:
    reading = LineReader((Column.STAFF_NUMBER,), CentreNames.of([(EAST, None, "Hotline")]))
    found = reading.read(2, ["1"])
    assert isinstance(found, Line)
    assert found.centre_id == EAST
    assert codes(reader((Column.STAFF_NUMBER,)).read(2, ["1"])) == [("centre", "centre_missing")]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-03-02", date(2026, 3, 2)),
        ("2026/3/2", date(2026, 3, 2)),
        ("2026年3月2日", date(2026, 3, 2)),
        ("02/03/2026", None),
        ("2026-13-01", None),
        ("0001-01-01", None),
        ("9999-12-31", None),
        ("２０２６-03-02", date(2026, 3, 2)),
    ],
)
def test_days_are_written_year_first(cell: str, day: date | None) -> None:
    assert read_day(cell) == day


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("02/03/2026", "write a day as 2026-03-02"),
        ("2026-3", "write a day as 2026-03-02"),
        ("9" * 20, "write a day as 2026-03-02"),
        ("0000-01-01", "a day from 1950-01-01 to 2199-12-31"),
        ("1949-12-31", "a day from 1950-01-01 to 2199-12-31"),
        ("10000-01-01", "a day from 1950-01-01 to 2199-12-31"),
        ("2026-02-31", "the calendar has no such day"),
        ("2027/2/29", "the calendar has no such day"),
        ("2026年13月1日", "the calendar has no such day"),
        ("2026-00-10", "the calendar has no such day"),
    ],
)
def test_what_is_wrong_with_a_day_is_told_with_its_line_and_column(cell: str, why: str) -> None:
    columns = (Column.STAFF_NUMBER, Column.CENTRE, Column.FIRST_DAY, Column.LAST_DAY)
    for place, column in enumerate(columns[2:]):
        days = [cell if at == place else "" for at in range(2)]
        found = reader(columns).read(7, ["1", "Western", *days])
        assert found == [LineFault(7, column, "day", why)]


def test_rows_know_the_line_on_which_they_start() -> None:
    text = iter(["a,b\r\n", "\r\n", '"x\n', 'y",1\n', "z,2"])
    assert list(rows(text, ",")) == [(1, ["a", "b"]), (3, ["x\ny", "1"]), (5, ["z", "2"])]


def test_quotes_that_do_not_pair_are_told_with_their_line() -> None:
    with pytest.raises(UnparsableError) as unparsable:
        list(rows(iter(["a,b\n", '"x"y,1\n']), ","))
    assert unparsable.value.line == 2


@pytest.mark.parametrize("row", [["," * ROW_MOST + "\n"], ['"\n', *['","\n'] * ROW_MOST]])
def test_a_row_without_end_is_not_read_to_its_end(row: list[str]) -> None:
    text = iter(["a,b\n", *row])
    with pytest.raises(UnparsableError) as unparsable:
        list(rows(text, ","))
    assert unparsable.value.line == 2
    assert len(list(text)) >= len(row) // 2 - 1


@given(st.lists(st.text(max_size=40), min_size=8, max_size=8))
def test_any_cells_give_a_line_or_faults(cells: list[str]) -> None:
    found = reader().read(2, cells)
    assert isinstance(found, Line) or found
