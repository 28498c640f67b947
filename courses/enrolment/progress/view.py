"""A company's view of its staff's learning, through the rule of `lms/orgs/staff/visibility.py`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from courses.enrolment.models import Enrolment, EnrolmentState
from courses.enrolment.ports import Period
from lms.kernel.clock import local_day
from lms.orgs.staff.visibility import Employment, Learning, Visible, visible


@dataclass(frozen=True, slots=True)
class Seat:
    """One confirmed enrolment, with the minutes of each attended day."""

    course_code: str
    enrolled_on: date
    paid_by_company: bool
    presences: tuple[tuple[date, int], ...] = ()


@dataclass(slots=True)
class Learner:
    """What is known of one person: their enrolments and certificates."""

    seats: list[Seat] = field(default_factory=list)
    certificates: Mapping[str, Period] = field(default_factory=dict)


def progress(learner: Learner, employment: Employment | None) -> dict[str, Visible]:
    """What the company sees, course by course; courses of which it sees nothing are left out."""
    seen: dict[str, Visible] = {}
    newest = {seat.course_code: seat for seat in learner.seats}
    for code in sorted(newest.keys() | learner.certificates.keys()):
        facts = _facts(newest.get(code), learner.certificates.get(code), employment)
        shown = visible(facts, employment, consented=False)
        if shown != Visible():
            seen[code] = shown
    return seen


def state_shown(row: Enrolment, employment: Employment | None, zone: str) -> EnrolmentState:
    """A sponsored enrolment's state as its company may know it.

    Completed is a pass, so it is shown as confirmed; so is a learner's own later withdrawal.
    """
    if row.state is EnrolmentState.COMPLETED:
        return EnrolmentState.CONFIRMED
    if row.state is EnrolmentState.WITHDRAWN and row.withdrawn_reason == "own":
        known = employment is not None and employment.knows(_day(row.withdrawn_at, zone))
        was_seated = row.confirmed_at is not None
        before = EnrolmentState.CONFIRMED if was_seated else EnrolmentState.WAITLISTED
        return row.state if known else before
    return row.state


def _day(at: datetime | None, zone: str) -> date | None:
    return None if at is None else local_day(at, zone)


def _facts(seat: Seat | None, period: Period | None, employment: Employment | None) -> Learning:
    known = _known(() if seat is None else seat.presences, employment)
    return Learning(
        enrolled_on=None if seat is None else seat.enrolled_on,
        paid_by_company=seat is not None and seat.paid_by_company,
        attended_minutes=sum(minutes for _, minutes in known) if known else None,
        attended_on=max(day for day, _ in known) if known else None,
        certified_on=None if period is None else period[0],
        certified_until=None if period is None else period[1],
    )


def _known(
    presences: Iterable[tuple[date, int]], employment: Employment | None
) -> list[tuple[date, int]]:
    """The days in class while the person worked there."""
    return [
        (day, minutes)
        for day, minutes in presences
        if employment is not None and employment.knows(day)
    ]


def learners(
    person_ids: Iterable[UUID],
    seats: Iterable[tuple[UUID, Seat]],
    certificates: Mapping[UUID, Mapping[str, Period]],
) -> dict[UUID, Learner]:
    """Each person's facts together."""
    found = {person: Learner(certificates=certificates.get(person, {})) for person in person_ids}
    for person, seat in seats:
        found[person].seats.append(seat)
    return found
