"""Rosters and places at the API."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, post, put
from litestar.params import QueryParameter

from lms.issuer.queries import issuer_day
from lms.kernel.actor import Actor
from lms.kernel.idempotency import IdempotencyKey
from lms.kernel.paging import Page, PageRequest, page_of
from lms.kernel.problems import Fault, Invalid
from lms.kernel.work import Works
from lms.orgs.centres.schemas import CentreOut
from lms.orgs.days import require_day
from lms.orgs.organisations.permissions import DECIDE_ORGANISATIONS
from lms.orgs.organisations.schemas import OrganisationOut
from lms.orgs.ports import FractionListener
from lms.orgs.roster import closing, leaving, queries, service
from lms.orgs.roster.exporting import roster_file
from lms.orgs.roster.permissions import CLOSE_CENTRES, MANAGE_ROSTERS, READ_ROSTERS
from lms.orgs.roster.schemas import (
    AssignmentIn,
    AssignmentOut,
    ClosureIn,
    DepartureIn,
    DepartureOut,
    OrganisationClosureIn,
    PlaceCorrectionIn,
    PlaceRemovalIn,
    PlaceTransferIn,
    RosterRowOut,
)
from lms.orgs.roster.service import Whose
from lms.orgs.staff.queries import require_record


@get("/roster", operation_id="getRoster", needs=READ_ROSTERS)
async def get_roster(
    organisation_id: UUID,
    works: Works,
    actor: Actor,
    page: PageRequest,
    day: date | None = None,
    known_at: datetime | None = None,
    centre: Annotated[UUID | None, QueryParameter(name="centre_id")] = None,
) -> Page[RosterRowOut]:
    """Who works where on a day (today), as is known now or was known at an instant."""
    if known_at is not None and known_at.tzinfo is None:
        raise Invalid([Fault("/known_at", "zone_missing", "an instant with its zone, or Z")])
    require_day(known_at and known_at.date(), "/known_at")
    async with works.read(actor) as work:
        rows = await queries.roster_on(
            work.session,
            organisation_id,
            day or await issuer_day(work),
            page,
            known_at=known_at,
            centre_id=centre,
        )
    return page_of(
        rows,
        page,
        out=lambda row: RosterRowOut.of(*row),
        key=lambda row: [row[1].staff_number, str(row[0].id)],
    )


@get("/roster/file", operation_id="exportRoster", needs=READ_ROSTERS, media_type="text/csv")
async def export_roster(
    organisation_id: UUID, works: Works, actor: Actor, day: date | None = None
) -> Response[bytes]:
    """The primary places of a day (today) as a file that the import takes back."""
    async with works.read(actor) as work:
        content = await roster_file(work, organisation_id, day or await issuer_day(work))
    return Response(
        content,
        media_type="text/csv",
        headers={"Content-Disposition": 'attachment; filename="roster.csv"'},
    )


@get(
    "/staff/{staff_record_id:uuid}/assignments",
    operation_id="listAssignments",
    needs=READ_ROSTERS,
)
async def list_assignments(
    organisation_id: UUID,
    staff_record_id: UUID,
    works: Works,
    actor: Actor,
    superseded: bool = False,
) -> list[AssignmentOut]:
    """Somebody's places; with what was stated before, if asked."""
    async with works.read(actor) as work:
        await require_record(work.session, organisation_id, staff_record_id)
        rows = await queries.assignments_of_record(
            work.session, staff_record_id, superseded=superseded
        )
    return [AssignmentOut.of(row) for row in rows]


@post("/staff/{staff_record_id:uuid}/assignments", operation_id="assign", needs=MANAGE_ROSTERS)
async def assign(
    organisation_id: UUID,
    staff_record_id: UUID,
    data: AssignmentIn,
    works: Works,
    actor: Actor,
    key: IdempotencyKey,
    fractions: FractionListener,
) -> AssignmentOut:
    """Give somebody a place in a centre."""
    whose = Whose(organisation_id, staff_record_id)
    async with works.write(actor, key) as work:
        (written,) = await service.assign(work, fractions, whose, data.stay())
        return work.remember(AssignmentOut.of(written))


@put(
    "/staff/{staff_record_id:uuid}/assignments/{assignment_id:uuid}",
    operation_id="correctAssignment",
    needs=MANAGE_ROSTERS,
)
async def correct(
    organisation_id: UUID,
    staff_record_id: UUID,
    assignment_id: UUID,
    data: PlaceCorrectionIn,
    works: Works,
    actor: Actor,
    fractions: FractionListener,
) -> list[AssignmentOut]:
    """State a place anew; the row is superseded, never changed. Answers what is true instead."""
    whose = Whose(organisation_id, staff_record_id)
    async with works.write(actor) as work:
        written = await service.correct(
            work, fractions, whose, assignment_id, data.stay(), data.reason
        )
        return [AssignmentOut.of(row) for row in written]


@post(
    "/staff/{staff_record_id:uuid}/assignments/{assignment_id:uuid}/removal",
    operation_id="removeAssignment",
    needs=MANAGE_ROSTERS,
    status_code=204,
)
async def remove(
    organisation_id: UUID,
    staff_record_id: UUID,
    assignment_id: UUID,
    data: PlaceRemovalIn,
    works: Works,
    actor: Actor,
    fractions: FractionListener,
) -> None:
    """State that a place never was: it was entered by mistake."""
    whose = Whose(organisation_id, staff_record_id)
    async with works.write(actor) as work:
        await service.correct(work, fractions, whose, assignment_id, None, data.reason)


@post(
    "/staff/{staff_record_id:uuid}/transfer",
    operation_id="transferStaff",
    needs=MANAGE_ROSTERS,
    status_code=200,
)
async def transfer(
    organisation_id: UUID,
    staff_record_id: UUID,
    data: PlaceTransferIn,
    works: Works,
    actor: Actor,
    fractions: FractionListener,
) -> list[AssignmentOut]:
    """Move somebody's primary place to another centre from a day on."""
    whose = Whose(organisation_id, staff_record_id)
    async with works.write(actor) as work:
        written = await service.transfer(work, fractions, whose, data.to_centre_id, data.first_day)
        return [AssignmentOut.of(row) for row in written]


@post(
    "/staff/{staff_record_id:uuid}/departure",
    operation_id="letStaffLeave",
    needs=MANAGE_ROSTERS,
    status_code=200,
)
async def leave(
    organisation_id: UUID,
    staff_record_id: UUID,
    data: DepartureIn,
    works: Works,
    actor: Actor,
    fractions: FractionListener,
) -> DepartureOut:
    """Somebody leaves the company: places and link end with their last day."""
    whose = Whose(organisation_id, staff_record_id)
    async with works.write(actor) as work:
        last_day = await leaving.leave(work, fractions, whose, data.last_day, data.reason)
    return DepartureOut(staff_record_id=staff_record_id, last_day=last_day)


@post(
    "/centres/{centre_id:uuid}/closure",
    operation_id="closeCentre",
    needs=CLOSE_CENTRES,
    status_code=200,
)
async def close(
    organisation_id: UUID,
    centre_id: UUID,
    data: ClosureIn,
    works: Works,
    actor: Actor,
    fractions: FractionListener,
) -> CentreOut:
    """Close a centre, or turn its application down."""
    async with works.write(actor) as work:
        centre = await closing.close_centre(
            work,
            fractions,
            organisation_id,
            centre_id,
            closed_on=data.closed_on,
            reason=data.reason,
        )
        return CentreOut.of(centre)


@post(
    "/closure",
    operation_id="closeOrganisation",
    needs=DECIDE_ORGANISATIONS,
    status_code=200,
)
async def close_organisation(
    organisation_id: UUID, data: OrganisationClosureIn, works: Works, actor: Actor
) -> OrganisationOut:
    """Close a company whose centres are closed: everybody who is linked to it has left it."""
    async with works.write(actor) as work:
        closed = await closing.close_organisation(work, organisation_id, data.reason)
        return OrganisationOut.of(closed)


router = Router(
    path="/organisations/{organisation_id:uuid}",
    tags=["rosters"],
    route_handlers=[
        get_roster,
        export_roster,
        list_assignments,
        assign,
        correct,
        remove,
        transfer,
        leave,
        close,
        close_organisation,
    ],
)
