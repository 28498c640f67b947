"""Links: that a staff record is about a person. Made by an accepted invitation, or by an admin.

Both sides' locks are taken first (the company, the person, then the centres), so that a pass and a
link made at the same moment see each other.
"""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from lms.audit.service import record
from lms.issuer.queries import issuer_day
from lms.kernel.locks import Locked, lock
from lms.kernel.problems import Conflict, Fault, Invalid
from lms.kernel.work import Work
from lms.orgs.days import ONE_DAY, end_of
from lms.orgs.organisations.service import open_for_change
from lms.orgs.ports import FractionListener
from lms.orgs.staff.consents import end_after_gap
from lms.orgs.staff.ends import tell_end
from lms.orgs.staff.events import StaffLinked
from lms.orgs.staff.models import StaffLink
from lms.orgs.staff.permissions import LINK_STAFF, MANAGE_STAFF
from lms.orgs.staff.queries import (
    centres_of_record,
    end_of_places,
    last_end,
    links_of_record,
    links_running_out,
    links_to_end,
    require_record,
)

PLACED_ON = "has a place after the last day"
PLACED_UNTIL = "has no place after the last day"


async def link_by_admin(
    work: Work,
    listener: FractionListener,
    organisation_id: UUID,
    staff_record_id: UUID,
    *,
    person_id: UUID,
    first_day: date | None,
    reason: str,
) -> StaffLink:
    """Link without an invitation, for a stated reason, from today or an earlier day on.

    Raises:
        NotFound: the company has no such record.
        Invalid: there is no such person, or the day is to come.
        Problem: `already_linked`, either side has a link in those days.
    """
    work.actor.require(LINK_STAFF)
    if first_day is not None and first_day > await issuer_day(work):
        raise Invalid([Fault("/first_day", "day_to_come", "link it on that day")])
    return await make_link(
        work,
        listener,
        organisation_id,
        staff_record_id,
        person_id=person_id,
        first_day=first_day,
        reason=reason,
    )


async def make_link(
    work: Work,
    listener: FractionListener,
    organisation_id: UUID,
    staff_record_id: UUID,
    *,
    person_id: UUID,
    first_day: date | None = None,
    reason: str | None = None,
) -> StaffLink:
    """Link both from a day on (the first free one); the caller has checked that it may be made.

    Raises:
        NotFound: the company has no such record.
        Invalid: there is no such person.
        Conflict: `already_linked`, see `refuse_linked`.
    """
    await open_for_change(work, organisation_id)
    await _lock_person(work, person_id)
    await require_record(work.session, organisation_id, staff_record_id)
    await refuse_linked(work, staff_record_id)
    first_day = first_day or await _free_from(work, organisation_id, staff_record_id, person_id)
    await end_after_gap(work, organisation_id, person_id, first_day)
    centres = await centres_of_record(work.session, staff_record_id, first_day)
    await listener.before(work, centres)
    made = StaffLink(
        id=work.new_id(),
        organisation_id=organisation_id,
        staff_record_id=staff_record_id,
        person_id=person_id,
        valid_from=first_day,
        made_at=work.now(),
        made_by=work.actor.person_id,
        reason=reason,
    )
    await _enter(work, made)
    await _end_with_places(work, made)
    await listener.changed(work, centres)
    return made


async def _end_with_places(work: Work, made: StaffLink) -> None:
    """Where all of the record's places end on known days, so does the link.

    Else who was linked only after a last day was set would never be out.
    """
    last = await end_of_places(work.session, made.staff_record_id, made.valid_from)
    if last is not None:
        await _set_end(work, made, last, PLACED_UNTIL)


async def link_on(work: Work, staff_record_ids: Collection[UUID]) -> None:
    """Go on with links that run out where the record's places go on: the last day was moved.

    The caller holds the locks, has written the places and has their centres counted again.
    """
    today = await issuer_day(work)
    for row in await links_running_out(work.session, staff_record_ids, today):
        made = StaffLink(
            id=work.new_id(),
            organisation_id=row.organisation_id,
            staff_record_id=row.staff_record_id,
            person_id=row.person_id,
            valid_from=row.valid_to,
            made_at=work.now(),
            made_by=work.actor.person_id,
            reason=PLACED_ON,
        )
        await _enter(work, made)
        if row.last is not None:
            await end_link(work, made, end=row.last, reason=row.end_reason)


async def _lock_person(work: Work, person_id: UUID) -> None:
    if not await lock(work, Locked.PERSON, [person_id]):
        raise Invalid([Fault("/person_id", "person_unknown", "there is no such person")])


async def _free_from(
    work: Work, organisation_id: UUID, staff_record_id: UUID, person_id: UUID
) -> date:
    """Today, or the day on which an ended link of either side that still runs is over.

    So who was let go by mistake, or has a new staff number, is linked on without a gap.
    """
    today = await issuer_day(work)
    running_out = await last_end(work.session, organisation_id, staff_record_id, person_id)
    return today if running_out is None else max(today, running_out)


async def refuse_linked(work: Work, staff_record_id: UUID) -> None:
    """Refuse a record with an open link, or with one that only ends because its places do.

    Raises:
        Conflict: `already_linked`.
    """
    today = await issuer_day(work)
    for link in await links_of_record(work.session, staff_record_id):
        runs = link.valid_to is None or link.valid_to > today
        with_places = link.end_reason == PLACED_UNTIL and runs
        if link.ended_at is None or with_places:
            raise Conflict("already_linked", "the record is linked to somebody")


async def _enter(work: Work, made: StaffLink) -> None:
    work.session.add(made)
    await work.session.flush()
    await record(
        work,
        action="staff.linked",
        subject=("staff_record", made.staff_record_id),
        after={"person_id": made.person_id, "first_day": made.valid_from},
        reason=made.reason,
    )
    await work.emit(
        StaffLinked(
            organisation_id=made.organisation_id,
            staff_record_id=made.staff_record_id,
            person_id=made.person_id,
            first_day=made.valid_from,
        )
    )


async def unlink(
    work: Work,
    listener: FractionListener,
    organisation_id: UUID,
    staff_record_id: UUID,
    *,
    last_day: date | None,
    reason: str,
) -> StaffLink:
    """End a record's link and nothing else, as when it is about the wrong person.

    Without `last_day` it ends now: yesterday was its last day, or it never was.

    Raises:
        NotFound: the company has no such record.
        Conflict: `not_linked`.
        Invalid: the day is to come.
    """
    work.actor.require(MANAGE_STAFF, organisation_id)
    await open_for_change(work, organisation_id)
    await require_record(work.session, organisation_id, staff_record_id)
    today = await issuer_day(work)
    if last_day is not None and last_day > today:
        raise Invalid([Fault("/last_day", "day_to_come", "end it on that day")])
    end = end_of(last_day) or today
    ending = await links_to_end(work.session, organisation_id, end, [staff_record_id])
    if not ending:
        raise Conflict("not_linked", "the record is linked to nobody")
    person_id = ending[0].person_id
    await lock(work, Locked.PERSON, [person_id])
    centres = await centres_of_record(work.session, staff_record_id, min(end, today))
    await listener.before(work, centres)
    theirs = [link for link in ending if link.person_id == person_id]
    for link in theirs:
        await end_link(work, link, end=end, reason=reason)
    await listener.changed(work, centres)
    return theirs[-1]


async def end_link(work: Work, link: StaffLink, *, end: date, reason: str) -> None:
    """End a link at a day (exclusive); what the company gave through it ends when that has come.

    With a last day today or past that is at once, so that who is dismissed on the spot is out. The
    caller holds the locks and has the centres counted again. A link that would end before its first
    day never was.
    """
    await _set_end(work, link, max(end, link.valid_from), reason)
    today = await issuer_day(work)
    if end <= today + ONE_DAY:
        await tell_end(work, link, max(end, today))


async def _set_end(work: Work, link: StaffLink, end: date, reason: str) -> None:
    """Set a link's end, which is told when it has come, unless the caller tells it."""
    link.valid_to = end
    link.ended_at = work.now()
    link.ended_by = work.actor.person_id
    link.end_reason = reason
    await work.session.flush()
    await record(
        work,
        action="staff.unlinked",
        subject=("staff_record", link.staff_record_id),
        before={"person_id": link.person_id, "first_day": link.valid_from},
        after={"end": link.valid_to},
        reason=reason,
    )
