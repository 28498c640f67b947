from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs.issuing.numbers.check_digit import QUASIGROUP, check_digit, is_whole

DIGITS = "0123456789"
numbers = st.text(alphabet=DIGITS, min_size=1, max_size=16)


def test_the_table_finds_every_wrong_digit_whatever_came_before() -> None:
    assert all(sorted(row) == list(range(10)) for row in QUASIGROUP)
    assert all(sorted(column) == list(range(10)) for column in zip(*QUASIGROUP, strict=True))


def test_the_table_finds_every_swap_of_neighbours_whatever_came_before() -> None:
    for before, first, second in product(range(10), repeat=3):
        if first != second:
            one = QUASIGROUP[QUASIGROUP[before][first]][second]
            other = QUASIGROUP[QUASIGROUP[before][second]][first]
            assert one != other


def test_the_table_finds_a_swap_with_the_check_digit_itself() -> None:
    for before, last in product(range(10), repeat=2):
        check = QUASIGROUP[before][last]
        if check != last:
            assert QUASIGROUP[QUASIGROUP[before][check]][last] != 0


def test_the_example_that_is_printed_everywhere() -> None:
    assert check_digit("572") == "4"
    assert is_whole("5724")
    assert not is_whole("5727")


@given(numbers)
def test_what_was_made_is_whole(digits: str) -> None:
    assert is_whole(digits + check_digit(digits))


@given(numbers, st.data())
def test_one_wrong_digit_is_found(digits: str, data: st.DataObject) -> None:
    written = digits + check_digit(digits)
    place = data.draw(st.integers(0, len(written) - 1))
    wrong = data.draw(st.sampled_from([digit for digit in DIGITS if digit != written[place]]))
    assert not is_whole(written[:place] + wrong + written[place + 1 :])


@given(numbers)
def test_two_neighbours_swapped_are_found(digits: str) -> None:
    written = digits + check_digit(digits)
    for place, (left, right) in enumerate(pairwise(written)):
        if left != right:
            assert not is_whole(written[:place] + right + left + written[place + 2 :])


def test_the_better_known_mod_37_36_would_have_missed_some_swaps() -> None:
    def step(interim: int, value: int) -> int:
        return ((interim + value) % 36 or 36) * 2 % 37

    missed = [
        (before, first, second)
        for before, first, second in product(range(1, 37), range(36), range(36))
        if first < second and step(step(before, first), second) == step(step(before, second), first)
    ]
    assert missed


@pytest.mark.parametrize("text", ["", "12A", "１２", "-1"])
def test_other_signs_than_digits_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="digits"):
        check_digit(text)
