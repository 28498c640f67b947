"""One member of staff's places over time: what an act supersedes, and what it adds. Pure.

Places are never edited: an act answers the ids to supersede and the places to write instead.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from lms.kernel.problems import Conflict
from lms.orgs.days import covers


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a centre for [valid_from, valid_to). `id` is None until it is written."""

    centre_id: UUID
    valid_from: date
    valid_to: date | None = None
    is_primary: bool = True
    id: UUID | None = None

    def on(self, day: date) -> bool:
        return covers(self.valid_from, self.valid_to, day)

    def overlaps(self, other: "Place") -> bool:
        return (other.valid_to is None or self.valid_from < other.valid_to) and (
            self.valid_to is None or other.valid_from < self.valid_to
        )

    def until(self, end: date) -> "Place | None":
        """What is left of it before `end`; not yet written."""
        if self.valid_from >= end:
            return None
        return replace(self, valid_to=end, id=None)


@dataclass(frozen=True, slots=True)
class Change:
    """What an act does to somebody's places."""

    superseded: tuple[Place, ...] = ()
    added: tuple[Place, ...] = ()

    @property
    def centres(self) -> set[UUID]:
        """Every centre that gains or loses somebody."""
        return {place.centre_id for place in (*self.superseded, *self.added)}

    def first_day(self) -> date | None:
        """The first day on which anything differs; None when nothing does."""
        edges = {place.valid_from for place in (*self.superseded, *self.added)}
        edges |= {p.valid_to for p in (*self.superseded, *self.added) if p.valid_to is not None}
        for day in sorted(edges):
            if _standing(self.superseded, day) != _standing(self.added, day):
                return day
        return None


def place(places: Sequence[Place], new: Place) -> Change:
    """Give somebody a place.

    Raises:
        Conflict: `already_placed`, they have a primary place in those days, or are in that centre.
    """
    _refuse_overlap(places, new)
    return Change(added=(new,))


def transfer(places: Sequence[Place], to_centre: UUID, on: date) -> Change:
    """Move somebody's primary place to another centre from a day on; its end stays.

    Raises:
        Conflict: `not_placed` that day, or `already_placed` there.
    """
    current = primary_on(places, on)
    if current is None:
        raise Conflict("not_placed", "they have no primary place on that day")
    new = Place(to_centre, on, current.valid_to)
    _refuse_overlap([other for other in places if other is not current], new)
    if current.centre_id == to_centre:
        raise Conflict("already_placed", "they are in that centre on that day")
    before = current.until(on)
    return Change(superseded=(current,), added=(new,) if before is None else (before, new))


def correct(places: Sequence[Place], place_id: UUID, new: Place | None) -> Change:
    """State a place anew, or (None) that it never was.

    Raises:
        Conflict: `not_placed`, it is not theirs any more; `already_placed`, it would overlap.
    """
    old = next((other for other in places if other.id == place_id), None)
    if old is None:
        raise Conflict("not_placed", "that place has been superseded")
    if new is None:
        return Change(superseded=(old,))
    _refuse_overlap([other for other in places if other is not old], new)
    if replace(old, id=None) == replace(new, id=None):
        return Change()
    return Change(superseded=(old,), added=(new,))


def end_all(places: Sequence[Place], end: date) -> Change:
    """End every place at `end` (exclusive); what would have begun later never does."""
    cut = [other for other in places if other.valid_to is None or other.valid_to > end]
    left = [other.until(end) for other in cut]
    return Change(tuple(cut), tuple(rest for rest in left if rest is not None))


def primary_on(places: Iterable[Place], day: date) -> Place | None:
    """The primary place of a day."""
    return next((other for other in places if other.is_primary and other.on(day)), None)


def _standing(places: Iterable[Place], day: date) -> set[tuple[UUID, bool]]:
    return {(other.centre_id, other.is_primary) for other in places if other.on(day)}


def _refuse_overlap(places: Iterable[Place], new: Place) -> None:
    for other in places:
        if not other.overlaps(new):
            continue
        if other.is_primary and new.is_primary:
            raise Conflict("already_placed", "they have a primary place in those days")
        if other.centre_id == new.centre_id:
            raise Conflict("already_placed", "they are in that centre in those days")
