from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.enrolment.attendance.share import Attended, contact_minutes_of


@pytest.mark.parametrize(
    ("minutes", "contact", "percent", "reached"),
    [
        (7000, 10_000, 70, True),
        (6999, 10_000, 70, False),
        (69_999_999, 100_000_000, 70, False),
        (21, 30, 70, True),
        (20, 30, 70, False),
        (0, 0, 1, False),
        (30, 30, 100, True),
    ],
)
def test_a_percentage_is_reached_exactly_or_not(minutes, contact, percent, reached):
    assert Attended(minutes, contact).reaches(percent) is reached


def test_what_is_shown_is_cut_and_never_rounded_up():
    assert Attended(69_999, 100_000).percent_shown == "69.99"
    assert Attended(2, 3).percent_shown == "66.66"
    assert Attended(5, 5).percent_shown == "100.00"
    assert Attended(1, 1000).percent_shown == "0.10"
    assert Attended(0, 0).percent_shown == "0.00"


@given(minutes=st.integers(0, 10**6), contact=st.integers(1, 10**6), percent=st.integers(1, 100))
def test_reaching_is_the_comparison_of_integers(minutes, contact, percent):
    attended = Attended(minutes, contact)
    assert attended.reaches(percent) is (100 * minutes >= percent * contact)
    assert attended.share == Fraction(minutes, contact)


def test_a_class_that_is_not_planned_to_the_end_is_measured_against_the_whole_course():
    assert contact_minutes_of(960, 480) == 960
    assert contact_minutes_of(960, 1200) == 1200
