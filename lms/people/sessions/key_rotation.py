"""Which session key signs, which ones verify, and when the next is due. Pure.

A new key is known for a while before it signs, so that every process has read it by then; an old
one verifies on until the last token that it signed has expired.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest

ROTATED_EVERY = timedelta(days=30)
KNOWN_BEFORE_SIGNING = timedelta(minutes=5)
VERIFIES_AFTER_SUCCESSOR = timedelta(minutes=15)
READ_AGAIN_AFTER = timedelta(minutes=1)
"""How old a process's list of keys may be; well below `KNOWN_BEFORE_SIGNING`."""


@dataclass(frozen=True, slots=True, order=True)
class KeyTimes:
    """A key's id and the instant from which it signs."""

    signs_from: datetime
    id: str


def signing(keys: Sequence[KeyTimes], now: datetime) -> KeyTimes | None:
    """The newest key whose time has come."""
    return max((key for key in keys if key.signs_from <= now), default=None)


def verifying(keys: Sequence[KeyTimes], now: datetime) -> list[KeyTimes]:
    """Every key that a live token may have been signed with, or will be."""
    ordered = sorted(keys)
    return [
        key
        for key, successor in zip_longest(ordered, ordered[1:])
        if successor is None or now < successor.signs_from + VERIFIES_AFTER_SUCCESSOR
    ]


def next_signs_from(keys: Sequence[KeyTimes], now: datetime) -> datetime | None:
    """From when a key that is made now should sign; None when none is needed yet."""
    if signing(keys, now) is None:
        return now
    newest = max(keys)
    if now < newest.signs_from + ROTATED_EVERY:
        return None
    return now + KNOWN_BEFORE_SIGNING
