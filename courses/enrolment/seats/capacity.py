"""The rule of seats: how many are free, who gets one, who waits, who moves up. Pure.

Asked under the class's lock. A seat is taken by a confirmed or completed enrolment, or kept by a
company's preview that has not expired. Nobody overtakes the waitlist.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

HOLD = timedelta(minutes=15)
"""How long a company's preview keeps its seats."""


class Place(StrEnum):
    SEAT = "seat"
    WAITLIST = "waitlist"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Seats:
    """A class at one instant, counted after its lock was taken."""

    total: int
    taken: int
    held: int
    waiting: int

    @property
    def free(self) -> int:
        """Seats that nobody has and nobody keeps; never below zero."""
        return max(0, self.total - self.taken - self.held)

    @property
    def open_to_newcomers(self) -> int:
        """Free seats that are not due to somebody who waits."""
        return max(0, self.free - self.waiting)

    @property
    def promotions(self) -> int:
        """How many of those who wait get a seat now."""
        return min(self.free, self.waiting)


def place(seats: Seats, *, would_wait: bool) -> Place:
    """Where one newcomer comes to stand."""
    if seats.open_to_newcomers > 0:
        return Place.SEAT
    return Place.WAITLIST if would_wait else Place.FULL
