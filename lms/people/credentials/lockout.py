"""When sign-in with a password is held back after wrong tries, and for how long. Pure.

Tries are counted for the address that was typed, whether or not anybody has it, so that a lock says
nothing about who is registered. A try counts as wrong from the moment that it is admitted, so that
many at once cannot pass together; a right password clears the count.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

FREE_TRIES = 5
"""Wrong tries in a row before the first lock."""

FIRST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(minutes=15)
"""Each further wrong try doubles the lock up to this; longer would let anybody shut anybody out."""

FORGOTTEN_AFTER = timedelta(hours=24)
"""Without a try for so long, the count starts afresh."""


@dataclass(frozen=True, slots=True)
class Tries:
    """What is stored about one address: wrong tries in a row, the last, and the lock if any."""

    count: int = 0
    last_at: datetime | None = None
    locked_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Admission:
    """Whether a try may be made now; if not, until when it has to wait. `tries` is to be stored."""

    admitted: bool
    tries: Tries
    retry_at: datetime | None = None


def admit(tries: Tries, now: datetime) -> Admission:
    """Decide on one more try and count it."""
    if tries.last_at is not None and now - tries.last_at >= FORGOTTEN_AFTER:
        tries = Tries()
    if tries.locked_until is not None and now < tries.locked_until:
        return Admission(admitted=False, tries=tries, retry_at=tries.locked_until)
    count = tries.count + 1
    span = lock_after(count)
    return Admission(
        admitted=True,
        tries=Tries(count=count, last_at=now, locked_until=now + span if span else None),
    )


def lock_after(count: int) -> timedelta:
    """How long the address is locked after `count` wrong tries in a row."""
    over = count - FREE_TRIES
    if over < 0:
        return timedelta(0)
    doublings = min(over, 16)
    return min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)
