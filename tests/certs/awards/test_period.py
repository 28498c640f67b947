from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs.awards.period import end_of, in_force, last_day_after

days = st.dates(date(2000, 1, 1), date(2100, 12, 31))
months = st.integers(1, 120)


@pytest.mark.parametrize(
    ("from_day", "months", "expected"),
    [
        (date(2026, 3, 2), 12, date(2027, 3, 1)),
        (date(2026, 1, 1), 12, date(2026, 12, 31)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 28)),
        (date(2027, 2, 28), 12, date(2028, 2, 27)),
        (date(2027, 3, 1), 12, date(2028, 2, 29)),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2027, 1, 30), 1, date(2027, 2, 28)),
        (date(2027, 1, 28), 1, date(2027, 2, 27)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 11, 15), 36, date(2029, 11, 14)),
    ],
)
def test_a_period_ends_the_day_before_the_same_date(
    from_day: date, months: int, expected: date
) -> None:
    assert last_day_after(from_day, months) == expected


@given(days, months)
def test_the_day_after_is_the_same_date_or_the_first_of_the_month_that_follows(
    from_day: date, months: int
) -> None:
    following = last_day_after(from_day, months) + timedelta(days=1)
    whole = (following.year - from_day.year) * 12 + following.month - from_day.month
    if following.day == from_day.day:
        assert whole == months
    else:
        assert (following.day, whole) == (1, months + 1)
        assert from_day.day > (following - timedelta(days=1)).day


@given(days, months)
def test_starting_later_or_lasting_longer_never_ends_earlier(from_day: date, months: int) -> None:
    end = last_day_after(from_day, months)
    assert last_day_after(from_day + timedelta(days=1), months) >= end
    assert last_day_after(from_day, months + 1) > end


@given(days, st.integers(1, 10))
def test_whole_years_come_to_the_same_as_the_centre_certificates_year(
    from_day: date, years: int
) -> None:
    end = last_day_after(from_day, 12 * years)
    assert end.year - from_day.year in (years, years - 1)
    assert 365 * years - 1 <= (end - from_day).days + 1 <= 365 * years + years // 4 + 1


@pytest.mark.parametrize("months", [0, -1, 1201])
def test_a_period_of_nothing_or_of_centuries_is_refused(months: int) -> None:
    with pytest.raises(ValueError, match="period"):
        last_day_after(date(2026, 1, 1), months)


def test_no_end_is_said_by_nobody_but_the_scheme() -> None:
    assert end_of(date(2026, 1, 1), None) is None
    assert end_of(date(2026, 1, 1), 12) == date(2026, 12, 31)


def test_the_first_and_the_last_day_both_count() -> None:
    first, last = date(2026, 3, 2), date(2027, 3, 1)
    one = timedelta(days=1)
    held = [in_force(first, last, day) for day in (first - one, first, last, last + one)]
    assert held == [False, True, True, False]
    assert in_force(first, None, date(2999, 1, 1))
