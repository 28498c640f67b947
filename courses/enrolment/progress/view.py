"""A company's view of its staff's learning, through the rule of `lms/orgs/staff/visibility.py`.

Of somebody who left it shows what was so on their last day: what came after neither adds to it nor
takes from it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from courses.enrolment.models import Enrolment, EnrolmentState
from courses.enrolment.ports import Period
from lms.kernel.clock import local_day
from lms.orgs.staff.visibility import Employment, Learning, Visible, visible

BY_SPONSOR = frozenset({"sponsor", "sponsor_left"})
"""Withdrawals that are the company's own act, and so its to know on any day."""


@dataclass(frozen=True, slots=True)
class Seat:
    """An enrolment that was confirmed, with the minutes of each attended day."""

    course_code: str
    enrolled_on: date
    paid_by_company: bool
    presences: tuple[tuple[date, int], ...] = ()
    withdrawn_on: date | None = None
    withdrawn_by: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A released verdict on a course."""

    released_on: date
    passed: bool
    percent: str


@dataclass(slots=True)
class Learner:
    """What is known of one person; seats and each course's outcomes have the oldest first."""

    seats: list[Seat] = field(default_factory=list)
    certificates: Mapping[str, Period] = field(default_factory=dict)
    outcomes: Mapping[str, Sequence[Outcome]] = field(default_factory=dict)


def day_of_view(employment: Employment, today: date) -> date:
    """As of which day a company sees somebody: today, or the last day of the employment."""
    return today if employment.last_day is None else min(today, employment.last_day)


def progress(
    learner: Learner, employment: Employment | None, *, consented: bool = False
) -> dict[str, Visible]:
    """What the company sees, course by course; courses of which it sees nothing are left out."""
    if employment is None:
        return {}
    newest = {
        seat.course_code: seat
        for seat in learner.seats
        if employment.knows(seat.enrolled_on)
        and not _withdrawal_known(seat.withdrawn_by, seat.withdrawn_on, employment)
    }
    seen: dict[str, Visible] = {}
    for code in sorted(newest.keys() | learner.certificates.keys() | learner.outcomes.keys()):
        facts = _facts(learner, code, newest.get(code), employment)
        shown = visible(facts, employment, consented=consented)
        if shown != Visible():
            seen[code] = shown
    return seen


def state_shown(row: Enrolment, employment: Employment | None, zone: str) -> EnrolmentState:
    """A sponsored enrolment's state as its company may know it.

    Completed is a pass, so it is shown as confirmed; so is a withdrawal after the employment.
    """
    if row.state is EnrolmentState.COMPLETED:
        return EnrolmentState.CONFIRMED
    if row.state is not EnrolmentState.WITHDRAWN or row.withdrawn_at is None:
        return row.state
    withdrawn_on = local_day(row.withdrawn_at, zone)
    if _withdrawal_known(row.withdrawn_reason, withdrawn_on, employment):
        return row.state
    was_seated = row.confirmed_at is not None
    return EnrolmentState.CONFIRMED if was_seated else EnrolmentState.WAITLISTED


def learners(
    person_ids: Iterable[UUID],
    seats: Iterable[tuple[UUID, Seat]],
    certificates: Mapping[UUID, Mapping[str, Period]],
    outcomes: Mapping[UUID, Mapping[str, Sequence[Outcome]]],
) -> dict[UUID, Learner]:
    """Each person's facts together."""
    found = {
        person: Learner(
            certificates=certificates.get(person, {}), outcomes=outcomes.get(person, {})
        )
        for person in person_ids
    }
    for person, seat in seats:
        found[person].seats.append(seat)
    return found


def _withdrawal_known(
    by: str | None, withdrawn_on: date | None, employment: Employment | None
) -> bool:
    if by in BY_SPONSOR:
        return True
    return employment is not None and employment.knows(withdrawn_on)


def _facts(learner: Learner, code: str, seat: Seat | None, employment: Employment) -> Learning:
    presences = () if seat is None else seat.presences
    present = [(day, minutes) for day, minutes in presences if employment.knows(day)]
    period = learner.certificates.get(code)
    known = [one for one in learner.outcomes.get(code, ()) if employment.knows(one.released_on)]
    outcome = known[-1] if known else None
    return Learning(
        enrolled_on=None if seat is None else seat.enrolled_on,
        paid_by_company=seat is not None and seat.paid_by_company,
        attended_minutes=sum(minutes for _, minutes in present) if present else None,
        attended_on=max(day for day, _ in present) if present else None,
        result_on=None if outcome is None else outcome.released_on,
        passed=None if outcome is None else outcome.passed,
        percent=None if outcome is None else outcome.percent,
        certified_on=None if period is None else period[0],
        certified_until=None if period is None else period[1],
    )
