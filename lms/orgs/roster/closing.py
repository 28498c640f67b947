"""Closing a centre, or turning its application down.

Its places end; its people stay in the company until they are placed elsewhere or leave.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from lms.audit.service import record
from lms.kernel.problems import Conflict, Fault, Invalid
from lms.kernel.work import Work
from lms.orgs.centres.events import CentreClosed
from lms.orgs.centres.models import Centre, CentreState
from lms.orgs.centres.queries import require_centre
from lms.orgs.centres.service import today_in
from lms.orgs.organisations.service import open_for_change
from lms.orgs.ports import FractionListener
from lms.orgs.roster.permissions import CLOSE_CENTRES
from lms.orgs.roster.queries import records_in_centre
from lms.orgs.roster.timeline import Change, Place, end_all
from lms.orgs.roster.writing import carry_out, plan


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
