"""How long to wait before a process that ended by itself is started again."""

from __future__ import annotations

FIRST_SECONDS = 0.25
LONGEST_SECONDS = 30.0
STEADY_SECONDS = 60.0


def next_delay(previous: float | None, lived: float) -> float:
    """Nothing at first, then doubling; a process that lived long enough starts afresh."""
    if previous is None or lived >= STEADY_SECONDS:
        return 0.0
    return min(LONGEST_SECONDS, max(FIRST_SECONDS, previous * 2))
