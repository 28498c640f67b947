"""Verbs of one member of staff's places: give, move, state anew, take out. Days are inclusive here.

Leaving a company is `leaving.py`, closing a centre `closing.py`, how it is written `writing.py`.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lms.kernel.problems import Conflict, Fault, Invalid, NotFound
from lms.kernel.work import Work
from lms.orgs.centres.queries import require_centre, require_open_centre
from lms.orgs.centres.service import today_in
from lms.orgs.days import end_of
from lms.orgs.organisations.service import open_for_change
from lms.orgs.ports import FractionListener
from lms.orgs.roster import timeline
from lms.orgs.roster.permissions import MANAGE_ROSTERS
from lms.orgs.roster.queries import assignments_of_record
from lms.orgs.roster.timeline import Place
from lms.orgs.roster.writing import Decide, carry_out, plan
from lms.orgs.staff.models import Assignment
from lms.orgs.staff.queries import require_record


@dataclass(frozen=True, slots=True)
class Whose:
    """The staff record that a verb is about, in its company."""

    organisation_id: UUID
    staff_record_id: UUID


@dataclass(frozen=True, slots=True)
class Stay:
    """A place as people say it: first and last day, both inclusive; no last day is open-ended."""

    centre_id: UUID
    first_day: date | None = None
    last_day: date | None = None
    is_primary: bool = True


async def assign(
    work: Work, listener: FractionListener, whose: Whose, stay: Stay
) -> list[Assignment]:
    """Give somebody a place, from today in the centre's zone unless a first day is given.

    Raises:
        NotFound: the company has no such record or centre.
        Conflict: `already_placed`, `centre_not_open`, `organisation_not_open`.
        Invalid: the last day is before the first.
    """
    await _open(work, whose)
    new = await _place(work, whose, stay)
    return await _act(
        work, listener, whose, lambda places: timeline.place(places, new), "staff.placed"
    )


async def transfer(
    work: Work, listener: FractionListener, whose: Whose, to_centre_id: UUID, on: date | None
) -> list[Assignment]:
    """Move somebody's primary place to another centre from a day on.

    Raises:
        NotFound: the company has no such record or centre.
        Conflict: `not_placed` that day, `already_placed`, `centre_not_open`.
    """
    await _open(work, whose)
    centre = await require_open_centre(work.session, whose.organisation_id, to_centre_id)
    day = on or today_in(work, centre)
    return await _act(
        work,
        listener,
        whose,
        lambda places: timeline.transfer(places, to_centre_id, day),
        "staff.transferred",
    )


async def correct(
    work: Work,
    listener: FractionListener,
    whose: Whose,
    assignment_id: UUID,
    stay: Stay | None,
    reason: str,
) -> list[Assignment]:
    """State a place anew, or (None) that it never was: back-dated if need be, with a reason.

    Raises:
        NotFound: the company has no such record or centre, or the record never had that place.
        Conflict: `not_placed`, the place was superseded; `already_placed`, it would overlap.
        Invalid: the last day is before the first.
    """
    await _open(work, whose)
    known = await assignments_of_record(work.session, whose.staff_record_id, superseded=True)
    if assignment_id not in {place.id for place in known}:
        raise NotFound
    new = None if stay is None else await _place(work, whose, stay)
    return await _act(
        work,
        listener,
        whose,
        lambda places: timeline.correct(places, assignment_id, new),
        "staff.place-corrected",
        reason,
    )


async def _open(work: Work, whose: Whose) -> None:
    work.actor.require(MANAGE_ROSTERS, whose.organisation_id)
    await open_for_change(work, whose.organisation_id)
    await require_record(work.session, whose.organisation_id, whose.staff_record_id)


async def _place(work: Work, whose: Whose, stay: Stay) -> Place:
    """The place that is asked for; in a closed centre only for days before it was closed."""
    centre = await require_centre(work.session, whose.organisation_id, stay.centre_id)
    first = stay.first_day or today_in(work, centre)
    end = end_of(stay.last_day)
    if end is not None and end <= first:
        raise Invalid([Fault("/last_day", "days_order", "the last day is before the first")])
    if centre.closed_on is not None and (end is None or end > centre.closed_on):
        raise Conflict("centre_not_open", "the centre is closed in those days")
    return Place(centre.id, first, end, stay.is_primary)


async def _act(
    work: Work,
    listener: FractionListener,
    whose: Whose,
    decide: Decide,
    action: str,
    reason: str | None = None,
) -> list[Assignment]:
    planned = await plan(work, whose.organisation_id, [whose.staff_record_id], decide)
    return await carry_out(work, listener, planned, action=action, reason=reason)
