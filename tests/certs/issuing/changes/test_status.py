from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs.issuing.changes.status import (
    NEXT,
    Change,
    Happened,
    NotAllowedError,
    Standing,
    Status,
    after,
    standing,
    standing_as_of,
    standing_since,
)
from lms.kernel.clock import day_start

FIRST = date(2026, 3, 2)
LAST = date(2027, 3, 1)
ZONE = "Asia/Hong_Kong"
FINAL = [Status.REVOKED, Status.SUPERSEDED, Status.VOID, Status.LAPSED]


def _day(offset: int) -> date:
    return FIRST + timedelta(days=offset)


@pytest.mark.parametrize("status", FINAL)
@pytest.mark.parametrize("happened", Happened)
def test_what_was_taken_back_never_lives_again(status: Status, happened: Happened) -> None:
    try:
        reached = after(status, happened)
    except NotAllowedError:
        return
    assert reached is Status.VOID


def test_the_table_names_every_status() -> None:
    assert set(NEXT) == set(Status)


def test_only_a_suspended_certificate_is_reinstated() -> None:
    able = [status for status in Status if Happened.REINSTATED in NEXT[status]]
    assert able == [Status.SUSPENDED]


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        (-1, Standing.NOT_YET_VALID),
        (0, Standing.VALID),
        (364, Standing.VALID),
        (365, Standing.EXPIRED),
    ],
)
def test_dates_decide_between_not_yet_valid_valid_and_expired(
    offset: int, expected: Standing
) -> None:
    assert standing(Status.ISSUED, FIRST, LAST, _day(offset)) is expected


def test_without_a_last_day_it_never_expires() -> None:
    assert standing(Status.ISSUED, FIRST, None, date(9999, 1, 1)) is Standing.VALID


@pytest.mark.parametrize("status", FINAL)
def test_what_was_taken_back_does_not_become_expired(status: Status) -> None:
    assert standing(status, FIRST, LAST, LAST + timedelta(days=1)).value == status.value


@pytest.mark.parametrize(
    ("told", "changed", "expected"),
    [
        (Standing.VALID, FIRST - timedelta(days=3), FIRST),
        (Standing.VALID, _day(9), _day(9)),
        (Standing.EXPIRED, _day(9), LAST + timedelta(days=1)),
        (Standing.SUSPENDED, _day(9), _day(9)),
        (Standing.REVOKED, _day(500), _day(500)),
        (Standing.NOT_YET_VALID, FIRST - timedelta(days=3), FIRST - timedelta(days=3)),
    ],
)
def test_a_standing_began_with_its_event_or_at_the_midnight_that_came_since(
    told: Standing, changed: date, expected: date
) -> None:
    began = standing_since(told, day_start(changed, ZONE), FIRST, LAST, ZONE)
    assert began == day_start(expected, ZONE)


def test_a_past_day_is_told_as_it_was() -> None:
    history = [
        Change(Happened.ISSUED, _day(0)),
        Change(Happened.SUSPENDED, _day(10)),
        Change(Happened.REINSTATED, _day(20)),
        Change(Happened.REVOKED, _day(30)),
    ]
    told = [standing_as_of(history, FIRST, LAST, _day(day)) for day in (-1, 5, 10, 20, 29, 30)]
    assert told == [
        None,
        Standing.VALID,
        Standing.SUSPENDED,
        Standing.VALID,
        Standing.VALID,
        Standing.REVOKED,
    ]


def test_void_reaches_back_to_the_issue() -> None:
    history = [Change(Happened.ISSUED, _day(0)), Change(Happened.VOID, _day(50))]
    assert standing_as_of(history, FIRST, LAST, _day(1)) is Standing.VOID


@st.composite
def histories(draw: st.DrawFn) -> list[Change]:
    history = [Change(Happened.ISSUED, FIRST)]
    status = Status.ISSUED
    while NEXT[status] and draw(st.booleans()):
        happened = draw(st.sampled_from(sorted(NEXT[status])))
        status = after(status, happened)
        history.append(Change(happened, history[-1].day + timedelta(days=draw(st.integers(0, 99)))))
    return history


@given(histories())
def test_today_as_of_today_is_what_is_stored(history: list[Change]) -> None:
    status = Status.ISSUED
    for change in history[1:]:
        status = after(status, change.happened)
    today = history[-1].day
    assert standing_as_of(history, FIRST, LAST, today) is standing(status, FIRST, LAST, today)
