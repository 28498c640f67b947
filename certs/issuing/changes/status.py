"""The life of an issued certificate: what may happen to it, and what it was on any day. Pure.

*Expired* and *not yet valid* follow from dates and are never stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from lms.kernel.clock import day_start


class Status(StrEnum):
    """What is stored."""

    ISSUED = "issued"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    VOID = "void"
    LAPSED = "lapsed"


class Happened(StrEnum):
    """A status event."""

    ISSUED = "issued"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    VOID = "void"
    LAPSED = "lapsed"


class Standing(StrEnum):
    """What anybody is told."""

    VALID = "valid"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    VOID = "void"
    LAPSED = "lapsed"


NEXT: dict[Status, dict[Happened, Status]] = {
    Status.ISSUED: {
        Happened.SUSPENDED: Status.SUSPENDED,
        Happened.REVOKED: Status.REVOKED,
        Happened.SUPERSEDED: Status.SUPERSEDED,
        Happened.VOID: Status.VOID,
        Happened.LAPSED: Status.LAPSED,
    },
    Status.SUSPENDED: {
        Happened.REINSTATED: Status.ISSUED,
        Happened.REVOKED: Status.REVOKED,
        Happened.SUPERSEDED: Status.SUPERSEDED,
        Happened.VOID: Status.VOID,
        Happened.LAPSED: Status.LAPSED,
    },
    Status.REVOKED: {Happened.VOID: Status.VOID},
    Status.LAPSED: {Happened.VOID: Status.VOID},
    Status.SUPERSEDED: {},
    Status.VOID: {},
}
"""All that may happen; nothing that has ended lives again.

*Lapsed* is a centre's certificate that ends before its last day because the centre closed.
"""

ENDED = frozenset({Status.REVOKED, Status.SUPERSEDED, Status.VOID, Status.LAPSED})


class NotAllowedError(ValueError):
    """It may not happen to a certificate in this status."""


@dataclass(frozen=True, slots=True)
class Change:
    """A status event and the local day on which it happened."""

    happened: Happened
    day: date


def after(status: Status, happened: Happened) -> Status:
    """The status that follows.

    Raises:
        NotAllowedError: the table has no such step.
    """
    following = NEXT[status].get(happened)
    if following is None:
        raise NotAllowedError(f"a certificate that is {status} cannot become {happened}")
    return following


def standing(status: Status, from_day: date, last_day: date | None, day: date) -> Standing:
    """What a stored status means on `day`, in the certificate's zone.

    A suspended certificate expires like any other; what was taken back stays taken back.
    """
    if status in ENDED:
        return Standing(status.value)
    if last_day is not None and day > last_day:
        return Standing.EXPIRED
    if status is Status.SUSPENDED:
        return Standing.SUSPENDED
    return Standing.VALID if day >= from_day else Standing.NOT_YET_VALID


def standing_since(
    told: Standing, status_at: datetime, from_day: date, last_day: date | None, zone: str
) -> datetime:
    """When a standing began: with the last event, or at the midnight that came of itself since."""
    if told is Standing.EXPIRED and last_day is not None:
        return day_start(last_day + timedelta(days=1), zone)
    if told is Standing.VALID:
        return max(status_at, day_start(from_day, zone))
    return status_at


def standing_as_of(
    history: Sequence[Change], from_day: date, last_day: date | None, day: date
) -> Standing | None:
    """What the certificate was on a past day, as known today; None before its issue.

    Void reaches back to the issue; everything else holds from its own day, of which the last
    event counts. `history` is in the order in which it happened.
    """
    seen = [change for change in history if change.day <= day]
    if not seen:
        return None
    if any(change.happened is Happened.VOID for change in history):
        return Standing.VOID
    status = Status.ISSUED
    for change in seen[1:]:
        status = after(status, change.happened)
    return standing(status, from_day, last_day, day)
