from datetime import UTC, datetime, timedelta

from lms.notify.retries import TRIES_MOST, WAITS, next_try

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def test_waits_never_get_shorter() -> None:
    assert list(WAITS) == sorted(WAITS)


def test_the_first_failure_is_tried_again_soon() -> None:
    assert next_try(1, NOW) == NOW + timedelta(seconds=10)


def test_after_the_last_wait_it_is_given_up() -> None:
    assert next_try(TRIES_MOST - 1, NOW) == NOW + WAITS[-1]
    assert next_try(TRIES_MOST, NOW) is None


def test_a_weekend_without_a_mail_server_is_survived() -> None:
    assert sum(WAITS, timedelta()) > timedelta(days=2, hours=12)
