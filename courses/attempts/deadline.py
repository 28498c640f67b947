"""The deadline of an attempt: one pure function, which every gate asks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Window:
    """When a sitting is open: from the first instant, up to but not at the second."""

    opens_at: datetime
    closes_at: datetime

    def open_at(self, now: datetime) -> bool:
        return self.opens_at <= now < self.closes_at


def extra_percent(accommodations: Iterable[int]) -> int:
    """The extra time of several standing rights: the largest, not their sum."""
    return max(accommodations, default=0)


def deadline(
    start: datetime,
    limit: timedelta,
    window: Window,
    accommodation_percents: Iterable[int] = (),
    grants: Iterable[timedelta] = (),
) -> datetime:
    """The instant from which nothing is accepted any more.

    Extra time is a share of the limit; a grant is time given to this attempt. Both move the end
    of the sitting's window too, so that whoever begins with everybody else has all of their extra
    time. Exact to the microsecond; never before `start`.
    """
    extra = limit * extra_percent(accommodation_percents) / 100
    given = extra + sum(grants, timedelta())
    return max(start, min(start + limit, window.closes_at) + given)


def state_at(stored: str, deadline_at: datetime, now: datetime) -> str:
    """Open until the deadline; whether the sweeper has been here makes no difference."""
    return "open" if stored == "open" and now < deadline_at else "sealed"
