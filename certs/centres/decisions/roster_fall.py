"""Whether a roster shrank shortly before a decision: the association is told, none blocked."""

from __future__ import annotations

from collections.abc import Iterable


def fell(counted: Iterable[int], percent: int) -> bool:
    """Whether N fell by more than `percent` from any earlier height, in the order given.

    The first number is the one that stood when the watched days began.
    """
    height = 0
    for now in counted:
        height = max(height, now)
        if 100 * (height - now) > percent * height:
            return True
    return False
