"""Centres at the API."""

from uuid import UUID

from litestar import Router, get, post

from lms.kernel.actor import Actor
from lms.kernel.idempotency import IdempotencyKey
from lms.kernel.paging import Page, PageRequest, page_of
from lms.kernel.work import Works
from lms.orgs.centres import queries, service
from lms.orgs.centres.permissions import (
    DECIDE_CENTRES,
    LIST_CENTRE_APPLICATIONS,
    MANAGE_CENTRES,
    READ_CENTRES,
)
from lms.orgs.centres.schemas import CentreIn, CentreNameIn, CentreNameOut, CentreOut
from lms.orgs.ports import FractionListener
from lms.web.dependencies import ExpectedRevision


@get("/centre-applications", operation_id="listCentreApplications", needs=LIST_CENTRE_APPLICATIONS)
async def list_applications(works: Works, actor: Actor, page: PageRequest) -> Page[CentreOut]:
    """The centres of all companies that wait to be registered, the oldest first."""
    async with works.read(actor) as work:
        rows = await queries.centre_applications(work.session, page)
    return page_of(rows, page, out=CentreOut.of, key=lambda row: [str(row.id)])


@post(
    "/organisations/{organisation_id:uuid}/centres",
    operation_id="applyForCentre",
    needs=MANAGE_CENTRES,
)
async def apply_for_centre(
    organisation_id: UUID, data: CentreIn, works: Works, actor: Actor, key: IdempotencyKey
) -> CentreOut:
    """Apply for a centre's registration. Its roster may be kept from now on."""
    async with works.write(actor, key) as work:
        centre = await service.apply_for(work, organisation_id, data.names(), data.zone)
        return work.remember(CentreOut.of(centre))


@get(
    "/organisations/{organisation_id:uuid}/centres",
    operation_id="listCentres",
    needs=READ_CENTRES,
)
async def list_centres(
    organisation_id: UUID, works: Works, actor: Actor, page: PageRequest
) -> Page[CentreOut]:
    """A company's centres, closed ones too."""
    async with works.read(actor) as work:
        rows = await queries.centres_of_organisation(work.session, organisation_id, page)
    return page_of(rows, page, out=CentreOut.of, key=lambda row: [str(row.id)])


@get(
    "/organisations/{organisation_id:uuid}/centres/{centre_id:uuid}",
    operation_id="getCentre",
    needs=READ_CENTRES,
)
async def get_centre(
    organisation_id: UUID, centre_id: UUID, works: Works, actor: Actor
) -> CentreOut:
    """One centre."""
    async with works.read(actor) as work:
        return CentreOut.of(await queries.require_centre(work.session, organisation_id, centre_id))


@post(
    "/organisations/{organisation_id:uuid}/centres/{centre_id:uuid}/registration",
    operation_id="registerCentre",
    needs=DECIDE_CENTRES,
    status_code=200,
)
async def register_centre(
    organisation_id: UUID,
    centre_id: UUID,
    works: Works,
    actor: Actor,
    fractions: FractionListener,
) -> CentreOut:
    """Register a centre from today on."""
    async with works.write(actor) as work:
        return CentreOut.of(await service.register(work, fractions, organisation_id, centre_id))


@get(
    "/organisations/{organisation_id:uuid}/centres/{centre_id:uuid}/names",
    operation_id="listCentreNames",
    needs=READ_CENTRES,
)
async def list_names(
    organisation_id: UUID, centre_id: UUID, works: Works, actor: Actor
) -> list[CentreNameOut]:
    """Every name that a centre has had, the newest first."""
    async with works.read(actor) as work:
        await queries.require_centre(work.session, organisation_id, centre_id)
        rows = await queries.names_of_centre(work.session, organisation_id, centre_id)
    return [CentreNameOut.of(row) for row in rows]


@post(
    "/organisations/{organisation_id:uuid}/centres/{centre_id:uuid}/names",
    operation_id="renameCentre",
    needs=MANAGE_CENTRES,
    status_code=200,
)
async def rename_centre(
    organisation_id: UUID,
    centre_id: UUID,
    data: CentreNameIn,
    works: Works,
    actor: Actor,
    expected: ExpectedRevision,
    fractions: FractionListener,
) -> CentreOut:
    """Call a centre something else, from today or from an earlier day on."""
    async with works.write(actor) as work:
        centre = await service.lock_centre(work, fractions, organisation_id, centre_id)
        expected.check(centre.revision)
        return CentreOut.of(await service.rename(work, centre, data.names(), data.from_day))


router = Router(
    path="",
    tags=["centres"],
    route_handlers=[
        list_applications,
        apply_for_centre,
        list_centres,
        get_centre,
        register_centre,
        list_names,
        rename_centre,
    ],
)
