from datetime import UTC, datetime, timedelta

from lms.people.sessions.key_rotation import (
    KNOWN_BEFORE_SIGNING,
    READ_AGAIN_AFTER,
    ROTATED_EVERY,
    VERIFIES_AFTER_SUCCESSOR,
    KeyTimes,
    next_signs_from,
    signing,
    verifying,
)

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
OLD = KeyTimes(NOW - ROTATED_EVERY, "old")
NEW = KeyTimes(NOW + KNOWN_BEFORE_SIGNING, "new")


def test_the_first_key_signs_at_once() -> None:
    assert next_signs_from([], NOW) == NOW
    assert signing([], NOW) is None
    assert verifying([], NOW) == []


def test_the_next_is_due_after_its_time_and_is_known_before_it_signs() -> None:
    assert next_signs_from([OLD], NOW - timedelta(seconds=1)) is None
    assert next_signs_from([OLD], NOW) == NEW.signs_from
    assert next_signs_from([OLD, NEW], NOW) is None
    assert signing([OLD, NEW], NOW) == OLD
    assert signing([OLD, NEW], NEW.signs_from) == NEW


def test_a_key_verifies_before_it_signs_and_after_it_signed() -> None:
    assert verifying([NEW, OLD], NOW) == [OLD, NEW]
    over = NEW.signs_from + VERIFIES_AFTER_SUCCESSOR
    assert verifying([NEW, OLD], over - timedelta(seconds=1)) == [OLD, NEW]
    assert verifying([NEW, OLD], over) == [NEW]


def test_every_process_knows_a_key_before_it_signs() -> None:
    assert 2 * READ_AGAIN_AFTER < KNOWN_BEFORE_SIGNING
