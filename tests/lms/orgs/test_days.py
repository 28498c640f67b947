from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from lms.orgs.days import EARLIEST, LATEST, covers, end_of, last_day_of


@given(st.none() | st.dates(EARLIEST, LATEST))
def test_a_last_day_survives_being_stored_as_an_end(last_day: date | None) -> None:
    assert last_day_of(end_of(last_day)) == last_day


@given(st.dates(EARLIEST, LATEST))
def test_the_last_day_is_the_last_that_is_covered(day: date) -> None:
    end = end_of(day)
    assert end is not None
    assert covers(day, end, day)
    assert not covers(day, end, end)
