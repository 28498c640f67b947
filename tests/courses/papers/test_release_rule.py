"""When results are released by rule."""

from datetime import UTC, datetime, timedelta

from courses.papers.release_rule import ReleaseRule, released_at

NOW = datetime(2027, 3, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def test_release_follows_its_rule() -> None:
    assert released_at(ReleaseRule.IMMEDIATE, release_at=None, now=NOW) == NOW
    assert released_at(ReleaseRule.AT_TIME, release_at=NOW + TICK, now=NOW) is None
    assert released_at(ReleaseRule.AT_TIME, release_at=NOW, now=NOW) == NOW
    assert released_at(ReleaseRule.AT_TIME, release_at=None, now=NOW) is None
    assert released_at(ReleaseRule.BY_ADMIN, release_at=NOW - TICK, now=NOW) is None
