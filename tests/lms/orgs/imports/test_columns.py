import pytest

from lms.orgs.imports.columns import KNOWN, SPELLINGS, Column, delimiter_of, plain, read_header


def test_no_spelling_means_two_columns() -> None:
    for column, groups in SPELLINGS.items():
        for spelling in (spelling for group in groups for spelling in group.split(", ")):
            assert KNOWN[plain(spelling)] is column


def test_every_column_is_known_by_its_own_name() -> None:
    assert {KNOWN[plain(column)] for column in Column} == set(Column)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["Staff No.", "Centre"], (Column.STAFF_NUMBER, Column.CENTRE)),
        (["STAFF_NUMBER", "centre name"], (Column.STAFF_NUMBER, Column.CENTRE)),
        (["員工編號", "中心"], (Column.STAFF_NUMBER, Column.CENTRE)),
        (["Ｓｔａｆｆ　ＩＤ", "服務中心"], (Column.STAFF_NUMBER, Column.CENTRE)),
    ],
)
def test_headers_are_known_in_both_languages(
    cells: list[str], expected: tuple[Column, ...]
) -> None:
    header = read_header(cells, needs_centre=True)
    assert header.columns == expected
    assert header.faults == ()


def test_everything_wrong_with_a_header_is_told_at_once() -> None:
    header = read_header(["name", "英文姓名", "lastt day"], needs_centre=True)
    assert [(fault.column, fault.code) for fault in header.faults] == [
        ("英文姓名", "column_twice"),
        ("lastt day", "column_unknown"),
        ("staff_number", "column_missing"),
        ("centre", "column_missing"),
    ]


def test_a_company_with_one_centre_need_not_name_it() -> None:
    assert read_header(["staff number"], needs_centre=False).faults == ()


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_delimiter_is_the_one_that_makes_known_names(delimiter: str) -> None:
    assert delimiter_of(delimiter.join(["員工編號", "姓名", '"centre"'])) == delimiter


def test_a_comma_inside_a_quoted_name_is_no_delimiter() -> None:
    assert delimiter_of('staff number;"name, english";centre') == ";"


def test_a_line_of_nothing_known_falls_to_the_comma() -> None:
    assert delimiter_of("") == ","
