"""The one deadline function, against examples and a plain model."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from courses.attempts.deadline import Window, deadline, extra_percent

OPENS = datetime(2027, 3, 1, 1, 0, tzinfo=UTC)
WINDOW = Window(OPENS, OPENS + timedelta(hours=3))
HOUR = timedelta(hours=1)

percents = st.lists(st.integers(0, 300), max_size=3)
grants = st.lists(st.timedeltas(timedelta(0), timedelta(hours=5)), max_size=3)
starts = st.timedeltas(timedelta(0), timedelta(hours=3) - timedelta(microseconds=1))
limits = st.integers(1, 400).map(lambda minutes: timedelta(minutes=minutes))


def test_the_limit_counts_from_the_start() -> None:
    assert deadline(OPENS, HOUR, WINDOW) == OPENS + HOUR


def test_the_sittings_end_cuts_a_late_start() -> None:
    assert deadline(OPENS + timedelta(hours=2, minutes=30), HOUR, WINDOW) == WINDOW.closes_at


def test_extra_time_moves_the_end_of_the_window_too() -> None:
    late = WINDOW.closes_at - HOUR
    assert deadline(late, HOUR, WINDOW, [25]) == WINDOW.closes_at + timedelta(minutes=15)


def test_several_standing_rights_are_the_largest_of_them() -> None:
    assert extra_percent([]) == 0
    assert deadline(OPENS, HOUR, WINDOW, [25, 50]) == OPENS + timedelta(minutes=90)


def test_grants_add_up() -> None:
    five = timedelta(minutes=5)
    assert deadline(OPENS, HOUR, WINDOW, [], [five, five]) == OPENS + HOUR + 2 * five


@given(starts, limits, percents, grants)
def test_it_agrees_with_a_count_in_microseconds(
    after: timedelta, limit: timedelta, rights: list[int], given: list[timedelta]
) -> None:
    tick = timedelta(microseconds=1)
    extra = (limit // tick) * max(rights, default=0) // 100 + sum(span // tick for span in given)
    plain = min((after + limit) // tick, (WINDOW.closes_at - OPENS) // tick) + extra
    assert deadline(OPENS + after, limit, WINDOW, rights, given) == OPENS + plain * tick


@given(starts, limits, percents, grants, st.timedeltas(timedelta(0), timedelta(hours=1)))
def test_more_time_is_never_less(
    after: timedelta, limit: timedelta, rights: list[int], given: list[timedelta], more: timedelta
) -> None:
    start = OPENS + after
    without = deadline(start, limit, WINDOW, rights, given)
    assert start <= without <= deadline(start, limit, WINDOW, rights, [*given, more])
    assert without <= deadline(start, limit, WINDOW, [*rights, 100], given)


def test_the_window_is_open_from_its_first_instant_up_to_its_end() -> None:
    tick = timedelta(microseconds=1)
    assert WINDOW.open_at(OPENS)
    assert not WINDOW.open_at(OPENS - tick)
    assert WINDOW.open_at(WINDOW.closes_at - tick)
    assert not WINDOW.open_at(WINDOW.closes_at)
