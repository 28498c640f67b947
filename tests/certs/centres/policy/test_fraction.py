import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs.centres.policy.fraction import (
    Outcome,
    Tally,
    Threshold,
    missing_of,
    outcome_of,
    percentage_of,
    required_of,
)

NINE_TENTHS = Threshold(9, 10)

CASES = [
    (0, 0, "not_evaluable", None),
    (1, 1, "met", 1),
    (4, 5, "not_met", 5),
    (5, 5, "met", 5),
    (8, 9, "not_met", 9),
    (9, 9, "met", 9),
    (9, 10, "met", 9),
    (17, 19, "not_met", 18),
    (18, 19, "met", 18),
    (18, 20, "met", 18),
    (26, 29, "not_met", 27),
    (27, 30, "met", 27),
    (44, 49, "not_met", 45),
    (89, 99, "not_met", 90),
    (1799, 1999, "not_met", 1800),
    (1800, 2000, "met", 1800),
]


@pytest.mark.parametrize(("qualified", "counted", "outcome", "required"), CASES)
def test_the_published_cases(qualified, counted, outcome, required):
    tally = Tally(counted, qualified)
    assert outcome_of(NINE_TENTHS, 1, tally) == outcome
    assert required_of(NINE_TENTHS, tally) == required


def test_every_centre_of_up_to_four_hundred_people_against_the_integers_themselves():
    for counted in range(1, 401):
        required = (9 * counted + 9) // 10
        assert NINE_TENTHS.required(counted) == required
        for qualified in (required - 1, required, counted):
            met = 10 * qualified >= 9 * counted
            assert NINE_TENTHS.met_by(qualified, counted) is met
            assert met is (qualified >= required)


@given(
    numerator=st.integers(1, 1000),
    more=st.integers(0, 1000),
    counted=st.integers(1, 10**9),
)
def test_required_is_the_smallest_number_that_meets_any_threshold(numerator, more, counted):
    threshold = Threshold(numerator, numerator + more)
    required = threshold.required(counted)
    assert threshold.met_by(required, counted)
    assert not threshold.met_by(required - 1, counted)
    assert 0 < required <= counted


def test_nobody_is_not_evaluable_whatever_the_smallest_centre():
    for smallest in (1, 5):
        assert outcome_of(NINE_TENTHS, smallest, Tally(0, 0)) is Outcome.NOT_EVALUABLE


def test_a_centre_smaller_than_the_smallest_is_below_minimum_even_when_all_are_qualified():
    assert outcome_of(NINE_TENTHS, 5, Tally(4, 4)) is Outcome.BELOW_MINIMUM
    assert outcome_of(NINE_TENTHS, 5, Tally(5, 5)) is Outcome.MET


@pytest.mark.parametrize(
    ("qualified", "counted", "shown"),
    [
        (26, 29, "89.65"),
        (1799, 1999, "89.99"),
        (2, 3, "66.66"),
        (1, 1, "100.00"),
        (0, 7, "0.00"),
        (1, 16, "6.25"),
        (0, 0, None),
    ],
)
def test_a_percentage_is_cut_off_and_never_rounded_up(qualified, counted, shown):
    assert percentage_of(Tally(counted, qualified)) == shown


def test_how_many_more_are_needed():
    assert missing_of(NINE_TENTHS, Tally(29, 26)) == 1
    assert missing_of(NINE_TENTHS, Tally(20, 3)) == 15
    assert missing_of(NINE_TENTHS, Tally(20, 20)) == 0
    assert missing_of(NINE_TENTHS, Tally(0, 0)) is None


@pytest.mark.parametrize(("numerator", "denominator"), [(0, 10), (-1, 10), (11, 10), (1, 0)])
def test_a_threshold_that_is_no_share_is_refused(numerator, denominator):
    with pytest.raises(ValueError, match="threshold"):
        Threshold(numerator, denominator)


@pytest.mark.parametrize(("counted", "qualified"), [(1, 2), (0, -1), (-1, -1)])
def test_more_qualified_than_counted_cannot_be(counted, qualified):
    with pytest.raises(ValueError, match="qualified"):
        Tally(counted, qualified)
