"""How every change of places is written: locks, listener, rows, audit trail. Verbs decide what."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col

from lms.audit.service import record
from lms.issuer.queries import issuer_day
from lms.kernel.locks import Locked, lock
from lms.kernel.work import Work
from lms.orgs.days import last_day_of
from lms.orgs.ports import FractionListener
from lms.orgs.roster.events import RosterCorrected
from lms.orgs.roster.queries import places_of_records
from lms.orgs.roster.timeline import Change, Place
from lms.orgs.staff.links import end_link, link_on
from lms.orgs.staff.models import Assignment, StaffLink
from lms.orgs.staff.queries import linked_people, links_to_end

Decide = Callable[[Sequence[Place]], Change]
"""From somebody's places as is known, to what an act changes."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an act will change, worked out under the company's lock, before anything is written."""

    organisation_id: UUID
    today: date
    changes: Mapping[UUID, Change]

    @property
    def centres(self) -> list[UUID]:
        """Every centre that gains or loses somebody, ascending."""
        return sorted({one for change in self.changes.values() for one in change.centres})


async def plan(
    work: Work, organisation_id: UUID, staff_record_ids: Sequence[UUID], decide: Decide
) -> Plan:
    """Ask `decide` for each record. The caller holds the company's lock.

    Raises:
        Conflict: whatever the rules of `timeline.py` refuse.
    """
    today = await issuer_day(work)
    places = await places_of_records(work.session, staff_record_ids)
    return Plan(organisation_id, today, {one: decide(stays) for one, stays in places.items()})


async def carry_out(
    work: Work,
    listener: FractionListener,
    planned: Plan,
    *,
    action: str,
    reason: str | None = None,
    ending: Mapping[UUID, date] | None = None,
    also_centres: Sequence[UUID] = (),
    meanwhile: Callable[[], Awaitable[None]] | None = None,
) -> list[Assignment]:
    """Lock people and centres, write the changes, end the links named in `ending`, count again.

    `ending` maps records to the day (exclusive) at which their link ends; `meanwhile` is done under
    the locks, before the centres count again.
    """
    people = await linked_people(work.session, planned.changes, planned.today)
    ends = await _links_to_end(work, planned.organisation_id, ending or {})
    people |= {link.person_id for link, _ in ends}
    if people:
        await lock(work, Locked.PERSON, people)
    centres = sorted({*planned.centres, *also_centres})
    await listener.before(work, centres)
    written = await _write(work, planned)
    for staff_record_id, change in planned.changes.items():
        if change != Change():
            await _audit(work, staff_record_id, change, action, reason)
    await note_correction(work, planned)
    for link, end in ends:
        await end_link(work, link, end=end, reason=reason or action)
    await link_on(work, planned.changes.keys())
    if meanwhile is not None:
        await meanwhile()
    await listener.changed(work, centres)
    return written


async def note_correction(work: Work, planned: Plan) -> None:
    """Tell the floors above when days that are over look different now."""
    firsts = [first for change in planned.changes.values() if (first := change.first_day())]
    if firsts and min(firsts) < planned.today:
        await work.emit(
            RosterCorrected(
                organisation_id=planned.organisation_id,
                centre_ids=tuple(planned.centres),
                from_day=min(firsts),
            )
        )


async def _links_to_end(
    work: Work, organisation_id: UUID, ending: Mapping[UUID, date]
) -> list[tuple[StaffLink, date]]:
    return [
        (link, end)
        for one, end in ending.items()
        for link in await links_to_end(work.session, organisation_id, end, [one])
    ]


async def _write(work: Work, planned: Plan) -> list[Assignment]:
    """Supersede first, then insert: the exclusion constraint looks at every row at once."""
    now = work.now()  # one instant: whoever asks what was known at it sees all of it, or nothing
    gone = [place.id for change in planned.changes.values() for place in change.superseded]
    if gone:
        await work.session.execute(
            update(Assignment).where(col(Assignment.id).in_(gone)).values(superseded_at=now)
        )
    added = [
        Assignment(
            id=work.new_id(),
            organisation_id=planned.organisation_id,
            centre_id=place.centre_id,
            staff_record_id=staff_record_id,
            is_primary=place.is_primary,
            valid_from=place.valid_from,
            valid_to=place.valid_to,
            known_at=now,
            recorded_by=work.actor.person_id,
        )
        for staff_record_id, change in planned.changes.items()
        for place in change.added
    ]
    work.session.add_all(added)
    await work.session.flush()
    return added


async def _audit(
    work: Work, staff_record_id: UUID, change: Change, action: str, reason: str | None
) -> None:
    await record(
        work,
        action=action,
        subject=("staff_record", staff_record_id),
        before={"places": [_shown(place) for place in change.superseded]},
        after={"places": [_shown(place) for place in change.added]},
        reason=reason,
    )


def _shown(place: Place) -> dict[str, object]:
    return {
        "centre_id": place.centre_id,
        "first_day": place.valid_from,
        "last_day": last_day_of(place.valid_to),
        "primary": place.is_primary,
    }
