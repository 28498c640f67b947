"""Centres: applied for, registered, renamed.

Closing one, or turning an application down, ends places in it: that is `roster/closing.py`.
"""

from datetime import date
from uuid import UUID

from lms.audit.service import record
from lms.kernel.clock import local_day
from lms.kernel.problems import Conflict, Fault, Invalid
from lms.kernel.work import Work
from lms.orgs.centres.events import CentreApplied, CentreRegistered, CentreRenamed
from lms.orgs.centres.models import Centre, CentreName, CentreState
from lms.orgs.centres.permissions import DECIDE_CENTRES, MANAGE_CENTRES
from lms.orgs.centres.queries import name_on, require_centre
from lms.orgs.centres.zones import known_zones
from lms.orgs.organisations.service import CompanyNames, open_for_change, shown
from lms.orgs.ports import FractionListener


async def apply_for(work: Work, organisation_id: UUID, names: CompanyNames, zone: str) -> Centre:
    """Apply for a centre's registration. Its roster may be kept from now on.

    Raises:
        Invalid: no such time zone.
        Conflict: `organisation_not_open`, the company is not registered.
    """
    work.actor.require(MANAGE_CENTRES, organisation_id)
    if zone not in known_zones():
        raise Invalid([Fault("/zone", "zone", "a name such as Asia/Hong_Kong")])
    await open_for_change(work, organisation_id)
    centre = Centre(
        id=work.new_id(),
        organisation_id=organisation_id,
        name_zh=names.zh,
        name_en=names.en,
        zone=zone,
        state=CentreState.APPLIED,
        applied_by=work.actor.person_id,
        applied_at=work.now(),
    )
    work.session.add(centre)
    await work.session.flush()
    await _note_name(work, centre, today_in(work, centre))
    await record(work, action="centre.applied", subject=("centre", centre.id), after=shown(centre))
    await work.emit(CentreApplied(organisation_id=organisation_id, centre_id=centre.id))
    return centre


async def register(
    work: Work, listener: FractionListener, organisation_id: UUID, centre_id: UUID
) -> Centre:
    """Register a centre from today on; from now on it is counted.

    Raises:
        NotFound: the company has none such.
        Conflict: `centre_not_open`, it is not waiting for this.
    """
    work.actor.require(DECIDE_CENTRES)
    await open_for_change(work, organisation_id)
    await listener.before(work, [centre_id])
    centre = await _applied(work, organisation_id, centre_id)
    centre.state = CentreState.REGISTERED
    centre.registered_on = today_in(work, centre)
    centre.revision += 1
    await work.session.flush()
    await record(
        work,
        action="centre.registered",
        subject=("centre", centre.id),
        after={"registered_on": centre.registered_on},
    )
    await work.emit(
        CentreRegistered(
            organisation_id=organisation_id,
            centre_id=centre.id,
            registered_on=centre.registered_on,
        )
    )
    await listener.changed(work, [centre_id])
    return centre


async def rename(
    work: Work, centre: Centre, names: CompanyNames, from_day: date | None = None
) -> Centre:
    """Call a locked centre something else from a day on, today or earlier.

    Raises:
        Invalid: the day is to come.
    """
    work.actor.require(MANAGE_CENTRES, centre.organisation_id)
    today = today_in(work, centre)
    from_day = from_day or today
    if from_day > today:
        raise Invalid([Fault("/from_day", "day_to_come", "rename it on that day")])
    before = shown(centre)
    await _note_name(work, centre, from_day, names)
    current = await name_on(work.session, centre.id, today)
    if current is not None:
        centre.name_zh, centre.name_en = current.name_zh, current.name_en
    centre.revision += 1
    await work.session.flush()
    await record(
        work,
        action="centre.renamed",
        subject=("centre", centre.id),
        before=before,
        after={**shown(centre), "from_day": from_day},
    )
    await work.emit(
        CentreRenamed(
            organisation_id=centre.organisation_id, centre_id=centre.id, from_day=from_day
        )
    )
    return centre


async def lock_centre(
    work: Work, listener: FractionListener, organisation_id: UUID, centre_id: UUID
) -> Centre:
    """One centre of a registered company, under its lock.

    Raises:
        NotFound: the company has none such.
        Conflict: `organisation_not_open`, the company is not registered.
    """
    await open_for_change(work, organisation_id)
    await listener.before(work, [centre_id])
    return await require_centre(work.session, organisation_id, centre_id)


def today_in(work: Work, centre: Centre) -> date:
    """The calendar day in a centre's zone."""
    return local_day(work.now(), centre.zone)


async def _applied(work: Work, organisation_id: UUID, centre_id: UUID) -> Centre:
    centre = await require_centre(work.session, organisation_id, centre_id)
    if centre.state is not CentreState.APPLIED:
        raise Conflict("centre_not_open", f"it is {centre.state.value}")
    return centre


async def _note_name(
    work: Work, centre: Centre, from_day: date, names: CompanyNames | None = None
) -> None:
    called = names or CompanyNames(centre.name_zh, centre.name_en)
    work.session.add(
        CentreName(
            id=work.new_id(),
            organisation_id=centre.organisation_id,
            centre_id=centre.id,
            name_zh=called.zh,
            name_en=called.en,
            from_day=from_day,
            recorded_at=work.now(),
        )
    )
    await work.session.flush()
