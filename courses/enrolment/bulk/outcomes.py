"""What becomes of each line of a company's list. Pure: facts and free seats in, outcomes out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Outcome(StrEnum):
    """A line's fate; the first two are the ones that can be enrolled."""

    SEAT = "seat"
    WAITLIST = "waitlist"
    NO_SEAT = "no_seat"
    TWICE = "named_twice"
    UNKNOWN = "unknown_staff_number"
    NOT_LINKED = "not_linked"
    ENROLLED_ALREADY = "enrolled_already"
    PREREQUISITES_MISSING = "prerequisites_missing"


ENROLLED = frozenset({Outcome.SEAT, Outcome.WAITLIST})


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list, with what is known of the member of staff."""

    line: int
    staff_number: str
    known: bool
    person_id: UUID | None
    enrolled_already: bool
    prerequisites_missing: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """A line with its outcome, and the person who would be enrolled."""

    line: int
    staff_number: str
    person_id: UUID | None
    outcome: Outcome


def judge(listed: Sequence[Listed], *, seats: int | None, join_waitlist: bool) -> list[Judged]:
    """Give seats in the list's order to those whom nothing refuses; `seats` None: no limit."""
    judged = []
    seen: set[str] = set()
    left = seats
    for row in listed:
        outcome = Outcome.TWICE if row.staff_number in seen else _refusal(row)
        seen.add(row.staff_number)
        if outcome is None:
            outcome = _place(left, join_waitlist=join_waitlist)
            if left is not None and outcome is Outcome.SEAT:
                left -= 1
        judged.append(Judged(row.line, row.staff_number, row.person_id, outcome))
    return judged


def all_possible(judged: Iterable[Judged]) -> bool:
    """Whether every line of the list can be enrolled."""
    return all(row.outcome in ENROLLED for row in judged)


def _refusal(row: Listed) -> Outcome | None:
    if not row.known:
        return Outcome.UNKNOWN
    if row.person_id is None:
        return Outcome.NOT_LINKED
    if row.enrolled_already:
        return Outcome.ENROLLED_ALREADY
    return Outcome.PREREQUISITES_MISSING if row.prerequisites_missing else None


def _place(left: int | None, *, join_waitlist: bool) -> Outcome:
    if left is None or left > 0:
        return Outcome.SEAT
    return Outcome.WAITLIST if join_waitlist else Outcome.NO_SEAT
