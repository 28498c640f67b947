from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs.issuing.numbers.check_digit import check_digit
from certs.issuing.numbers.number import Kind, Number, read_number

numbers = st.builds(
    Number,
    issuer=st.just("APCSC"),
    kind=st.sampled_from(Kind),
    year=st.integers(2000, 9999),
    serial=st.integers(1, 20_000_000),
)
SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"


def _refused(text: str) -> bool:
    try:
        read_number(text, "APCSC")
    except ValueError:
        return True
    return False


def test_a_number_reads_as_issuer_kind_year_serial_and_check_digit() -> None:
    number = str(Number("APCSC", Kind.PERSON, 2026, 123))
    assert number == "APCSC-P-2026-000123-0"


@given(numbers)
def test_what_is_written_is_read_back(number: Number) -> None:
    assert read_number(str(number), "APCSC") == number


@given(numbers, st.data())
def test_any_one_wrong_sign_is_found(number: Number, data: st.DataObject) -> None:
    text = str(number)
    place = data.draw(st.integers(0, len(text) - 1))
    wrong = data.draw(st.sampled_from([sign for sign in SIGNS if sign != text[place]]))
    assert _refused(text[:place] + wrong + text[place + 1 :])


@given(numbers)
def test_any_two_neighbours_swapped_are_found(number: Number) -> None:
    text = str(number)
    for place, (left, right) in enumerate(pairwise(text)):
        if left != right:
            assert _refused(text[:place] + right + left + text[place + 2 :])


def test_the_millionth_certificate_of_a_year_still_has_a_number() -> None:
    assert str(Number("APCSC", Kind.CENTRE, 2026, 1_000_000)).startswith("APCSC-C-2026-1000000-")


@pytest.mark.parametrize(
    "text",
    ["", "APCSC", "HKCSC-P-2026-000123-0", "apcsc-p-2026-000123-0", "APCSC-P-2026-0000123-0"],
)
def test_what_is_no_number_of_ours_is_refused(text: str) -> None:
    assert _refused(text)


def test_a_number_has_one_spelling() -> None:
    padded = "1" + "2026" + "0000123"
    assert _refused(f"APCSC-P-2026-0000123-{check_digit(padded)}")
