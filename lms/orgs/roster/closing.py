"""Closing a centre (or turning its application down), and closing a company.

A centre's places end with it; its people stay in the company until they are placed elsewhere or
leave. A company is closed after its centres: its links and its managers' grants end with it.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from lms.audit.service import record
from lms.issuer.queries import issuer_day
from lms.kernel.locks import Locked, lock
from lms.kernel.problems import Conflict, Fault, Invalid
from lms.kernel.work import Work
from lms.orgs.centres.events import CentreClosed
from lms.orgs.centres.models import Centre, CentreState
from lms.orgs.centres.queries import open_centres, require_centre
from lms.orgs.centres.service import today_in
from lms.orgs.organisations.events import OrganisationClosed
from lms.orgs.organisations.managers import dismiss_all
from lms.orgs.organisations.models import Organisation, OrganisationState
from lms.orgs.organisations.permissions import DECIDE_ORGANISATIONS
from lms.orgs.organisations.service import open_for_change
from lms.orgs.ports import FractionListener
from lms.orgs.roster.permissions import CLOSE_CENTRES
from lms.orgs.roster.queries import records_in_centre
from lms.orgs.roster.timeline import Change, Place, end_all
from lms.orgs.roster.writing import carry_out, plan
from lms.orgs.staff.links import end_link
from lms.orgs.staff.queries import links_to_end


async def close_centre(
    work: Work,
    listener: FractionListener,
    organisation_id: UUID,
    centre_id: UUID,
    *,
    closed_on: date | None,
    reason: str,
) -> Centre:
    """Close a centre from a day on, today or earlier: from that day nobody has a place there.

    Raises:
        NotFound: the company has none such.
        Conflict: `centre_not_open`, it is closed.
        Invalid: the day is to come, or before its registration.
    """
    work.actor.require(CLOSE_CENTRES, organisation_id)
    await open_for_change(work, organisation_id)
    centre = await require_centre(work.session, organisation_id, centre_id)
    day = _closing_day(work, centre, closed_on)
    records = await records_in_centre(work.session, centre_id, day)

    def out_of_here(places: Sequence[Place]) -> Change:
        return end_all([place for place in places if place.centre_id == centre_id], day)

    planned = await plan(work, organisation_id, records, out_of_here)
    await carry_out(
        work,
        listener,
        planned,
        action="staff.centre-closed",
        reason=reason,
        also_centres=[centre_id],
        meanwhile=lambda: _close(work, centre, day, reason),
    )
    return centre


async def close_organisation(work: Work, organisation_id: UUID, reason: str) -> Organisation:
    """Close a company whose centres are closed: whoever is linked to it has left it.

    Nobody manages it any more, whether linked to it or not.

    Raises:
        NotFound: there is none.
        Conflict: `organisation_not_open`, it is not registered; `centre_not_open`, a centre of its
            is not closed yet.
    """
    work.actor.require(DECIDE_ORGANISATIONS)
    organisation = await open_for_change(work, organisation_id)
    if await open_centres(work.session, organisation_id):
        raise Conflict("centre_not_open", "close its centres first")
    today = await issuer_day(work)
    links = await links_to_end(work.session, organisation_id, today)
    if links:
        await lock(work, Locked.PERSON, [link.person_id for link in links])
    for link in links:
        await end_link(work, link, end=today, reason=reason)
    dismissed = await dismiss_all(work, organisation_id, reason)
    organisation.state = OrganisationState.CLOSED
    organisation.closed_at = work.now()
    organisation.revision += 1
    await work.session.flush()
    await record(
        work,
        action="organisation.closed",
        subject=("organisation", organisation.id),
        after={"links_ended": len(links), "other_managers_dismissed": dismissed},
        reason=reason,
    )
    await work.emit(OrganisationClosed(organisation_id=organisation.id))
    return organisation


def _closing_day(work: Work, centre: Centre, closed_on: date | None) -> date:
    if centre.state is CentreState.CLOSED:
        raise Conflict("centre_not_open", "it is closed")
    today = today_in(work, centre)
    day = closed_on or today
    if day > today or (centre.registered_on is not None and day < centre.registered_on):
        detail = "from its registration until today"
        raise Invalid([Fault("/closed_on", "day_out_of_range", detail)])
    return day


async def _close(work: Work, centre: Centre, day: date, reason: str) -> None:
    before = centre.state.value
    centre.state = CentreState.CLOSED
    centre.closed_on = day
    centre.revision += 1
    await work.session.flush()
    await record(
        work,
        action="centre.closed",
        subject=("centre", centre.id),
        before={"state": before},
        after={"closed_on": day},
        reason=reason,
    )
    await work.emit(
        CentreClosed(organisation_id=centre.organisation_id, centre_id=centre.id, closed_on=day)
    )
