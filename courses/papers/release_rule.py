"""The release rule: when learners see their results. Pure."""

from datetime import datetime
from enum import StrEnum


class ReleaseRule(StrEnum):
    """When learners see their results; the time of `at_time` is the sitting's."""

    IMMEDIATE = "immediate"
    AT_TIME = "at_time"
    BY_ADMIN = "by_admin"


def released_at(
    rule: ReleaseRule, *, release_at: datetime | None, now: datetime
) -> datetime | None:
    """When a result that exists now is released by rule; None: not yet, or by an admin's act."""
    if rule is ReleaseRule.IMMEDIATE:
        return now
    if rule is ReleaseRule.AT_TIME and release_at is not None and release_at <= now:
        return now
    return None
