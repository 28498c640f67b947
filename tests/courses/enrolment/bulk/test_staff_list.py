import pytest

from courses.enrolment.bulk.staff_list import LINES_MOST, staff_numbers
from lms.kernel.problems import Invalid


def faults(body: bytes, charset: str | None = None) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        staff_numbers(body, charset)
    return [(fault.pointer, fault.code) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (b"staff_number\nA1\nA2\n", None),
        (b"\xef\xbb\xbfStaff Number;name\r\nA1;x\r\nA2;y\r\n", None),
        ("姓名,員工編號\n陳大文,A1\n李小明,A2\n".encode(), None),
        ("員工編號\nA1\nA2\n".encode("big5hkscs"), "big5"),
        ("staff number\tname\nA1\tx\nA2\ty\n".encode("utf-16"), None),
    ],
)
def test_the_column_is_found_in_any_of_the_rosters_encodings(body, charset):
    assert staff_numbers(body, charset) == ["A1", "A2"]


def test_every_bad_line_is_named_at_once():
    body = b"staff_number,name\nA1,x\n,y\n=1+1,z\nA2,q\n,\n" + b"9" * 65 + b",long\n"
    assert faults(body) == [
        ("/line/3", "staff_number_missing"),
        ("/line/4", "formula"),
        ("/line/7", "too_long"),
    ]


def test_a_file_without_the_column_or_without_people_is_refused():
    assert ("/line/1", "column_missing") in faults(b"name\nx\n")
    assert faults(b"") == [("/line/1", "empty")]
    assert faults(b"staff_number\n") == [("/line/2", "empty")]
    assert faults(b"\xff\xfe\xfa", "utf-8")[0][1] == "unreadable"


def test_a_file_that_is_too_long_says_where():
    body = b"staff_number\n" + b"".join(b"%d\n" % number for number in range(LINES_MOST + 1))
    assert faults(body) == [(f"/line/{LINES_MOST + 2}", "too_many")]
