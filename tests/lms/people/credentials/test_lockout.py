from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.people.credentials.lockout import (
    FIRST_LOCK,
    FORGOTTEN_AFTER,
    FREE_TRIES,
    LONGEST_LOCK,
    Tries,
    admit,
    lock_after,
)

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def test_the_first_wrong_tries_are_free_then_it_locks() -> None:
    tries = Tries()
    for _ in range(FREE_TRIES):
        decided = admit(tries, NOON)
        assert decided.admitted
        tries = decided.tries
    refused = admit(tries, NOON)
    assert not refused.admitted
    assert refused.retry_at == NOON + FIRST_LOCK
    assert refused.tries == tries, "a refused try counts for nothing"


def test_after_the_lock_one_try_is_admitted_and_locks_for_longer() -> None:
    locked = Tries(count=FREE_TRIES, last_at=NOON, locked_until=NOON + FIRST_LOCK)
    later = NOON + FIRST_LOCK
    decided = admit(locked, later)
    assert decided.admitted
    assert decided.tries.locked_until == later + 2 * FIRST_LOCK


@pytest.mark.parametrize(
    ("count", "minutes"), [(1, 0), (4, 0), (5, 1), (6, 2), (7, 4), (8, 8), (9, 15), (10_000, 15)]
)
def test_locks_double_up_to_the_longest(count: int, minutes: int) -> None:
    assert lock_after(count) == timedelta(minutes=minutes)


def test_a_day_without_a_try_is_a_fresh_start() -> None:
    old = Tries(count=40, last_at=NOON, locked_until=NOON + LONGEST_LOCK)
    assert admit(old, NOON + FORGOTTEN_AFTER).tries.count == 1


@given(st.lists(st.integers(0, 2000), max_size=60))
def test_whoever_guesses_all_day_gets_few_guesses(pauses: list[int]) -> None:
    tries, now, admitted = Tries(), NOON, 0
    for seconds in pauses:
        now += timedelta(seconds=seconds)
        decided = admit(tries, now)
        admitted += decided.admitted
        tries = decided.tries
    assert admitted <= FREE_TRIES + 4 + (now - NOON) / LONGEST_LOCK
