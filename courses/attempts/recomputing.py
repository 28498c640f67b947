"""The deadline of a stored attempt, under its sitting's window or under another one."""

from datetime import datetime, timedelta

from courses.attempts.deadline import Window, deadline
from courses.attempts.models import Attempt


def deadline_under(attempt: Attempt, window: Window) -> datetime:
    """What the one function makes of the attempt's row and a window."""
    return deadline(
        attempt.started_at,
        timedelta(minutes=attempt.limit_minutes),
        window,
        [attempt.extra_percent],
        [timedelta(seconds=attempt.granted_seconds)],
    )
