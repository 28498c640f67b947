"""When a mail that was not taken is tried again. Pure."""

from datetime import datetime, timedelta

WAITS = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
    timedelta(hours=24),
)
"""About three days, as mail servers among themselves try."""

TRIES_MOST = len(WAITS) + 1


def next_try(tries: int, now: datetime) -> datetime | None:
    """When to try again after `tries` starts; None to give up."""
    if tries >= TRIES_MOST:
        return None
    return now + WAITS[tries - 1]
