from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs.centres.decisions.validity import last_day_of, renewal_day
from lms.kernel.clock import day_start


@pytest.mark.parametrize(
    ("from_day", "last_day"),
    [
        (date(2026, 11, 22), date(2027, 11, 21)),
        (date(2028, 2, 29), date(2029, 2, 28)),
        (date(2027, 3, 1), date(2028, 2, 29)),
        (date(2028, 3, 1), date(2029, 2, 28)),
        (date(2027, 2, 28), date(2028, 2, 27)),
        (date(2027, 1, 1), date(2027, 12, 31)),
    ],
)
def test_a_year_ends_on_the_day_before_the_same_date(from_day, last_day):
    assert last_day_of(from_day) == last_day


@given(st.dates(date(1990, 1, 1), date(2200, 1, 1)))
def test_renewals_follow_each_other_without_a_gap_or_an_overlap(from_day):
    last_day = last_day_of(from_day)
    assert renewal_day(last_day) - last_day == timedelta(days=1)
    assert 364 <= (last_day - from_day).days <= 365


@pytest.mark.parametrize(
    ("zone", "due"),
    [
        ("Asia/Hong_Kong", datetime(2027, 11, 21, 16, tzinfo=UTC)),
        ("Europe/London", datetime(2027, 11, 22, 0, tzinfo=UTC)),
        ("America/New_York", datetime(2027, 11, 22, 5, tzinfo=UTC)),
    ],
)
def test_renewal_is_due_when_the_next_day_begins_where_the_centre_is(zone, due):
    assert day_start(renewal_day(date(2027, 11, 21)), zone) == due


def test_where_clocks_skip_midnight_the_day_begins_after_the_gap():
    due = day_start(renewal_day(date(2026, 3, 28)), "Asia/Beirut")
    assert due == datetime(2026, 3, 28, 22, tzinfo=UTC)
