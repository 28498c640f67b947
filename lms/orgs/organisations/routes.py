"""Companies at the API."""

from typing import Annotated
from uuid import UUID

from litestar import Router, get, patch, post
from litestar.params import QueryParameter

from lms.kernel.actor import SIGNED_IN, Actor
from lms.kernel.idempotency import IdempotencyKey
from lms.kernel.paging import Page, PageRequest, page_of
from lms.kernel.work import Works
from lms.orgs.organisations import managers, queries, service
from lms.orgs.organisations.models import OrganisationState
from lms.orgs.organisations.permissions import (
    DECIDE_ORGANISATIONS,
    LIST_ORGANISATIONS,
    MANAGE_ORGANISATION,
    READ_ORGANISATION,
)
from lms.orgs.organisations.schemas import (
    DismissalIn,
    ManagerOut,
    OrganisationEditIn,
    OrganisationIn,
    OrganisationOut,
    RefusalIn,
)
from lms.web.dependencies import ExpectedRevision


@post("/organisation-applications", operation_id="applyForOrganisation", needs=SIGNED_IN)
async def apply_for_organisation(
    data: OrganisationIn, works: Works, actor: Actor, key: IdempotencyKey
) -> OrganisationOut:
    """Apply for a company's registration; once it is registered you are its manager."""
    async with works.write(actor, key) as work:
        organisation = await service.apply(work, data.names(), data.note)
        return work.remember(OrganisationOut.of(organisation))


@post("/organisations", operation_id="registerOrganisation", needs=DECIDE_ORGANISATIONS)
async def register_organisation(
    data: OrganisationIn, works: Works, actor: Actor, key: IdempotencyKey
) -> OrganisationOut:
    """Register a company that has not applied; invite its first manager next."""
    async with works.write(actor, key) as work:
        organisation = await service.register_new(work, data.names(), data.note)
        return work.remember(OrganisationOut.of(organisation))


@get("/organisations", operation_id="listOrganisations", needs=LIST_ORGANISATIONS)
async def list_organisations(
    works: Works,
    actor: Actor,
    page: PageRequest,
    wanted: Annotated[OrganisationState | None, QueryParameter(name="state")] = None,
) -> Page[OrganisationOut]:
    """Every company, in order of entry."""
    async with works.read(actor) as work:
        rows = await queries.organisations_of_issuer(work.session, page, state=wanted)
    return page_of(rows, page, out=OrganisationOut.of, key=lambda row: [str(row.id)])


@get("/me/organisations", operation_id="listMyOrganisations", needs=SIGNED_IN)
async def list_my_organisations(works: Works, actor: Actor) -> list[OrganisationOut]:
    """The companies that you manage or have applied for."""
    async with works.read(actor) as work:
        rows = await queries.organisations_of_person(work.session, actor.person)
    return [OrganisationOut.of(row) for row in rows]


@get(
    "/organisations/{organisation_id:uuid}",
    operation_id="getOrganisation",
    needs=READ_ORGANISATION,
)
async def get_organisation(organisation_id: UUID, works: Works, actor: Actor) -> OrganisationOut:
    """One company."""
    async with works.read(actor) as work:
        found = await queries.require_organisation(work.session, organisation_id)
        return OrganisationOut.of(found)


@patch(
    "/organisations/{organisation_id:uuid}",
    operation_id="renameOrganisation",
    needs=MANAGE_ORGANISATION,
)
async def rename_organisation(
    organisation_id: UUID,
    data: OrganisationEditIn,
    works: Works,
    actor: Actor,
    expected: ExpectedRevision,
) -> OrganisationOut:
    """Change a company's names."""
    async with works.write(actor) as work:
        organisation = await queries.lock_organisation(work, organisation_id)
        expected.check(organisation.revision)
        return OrganisationOut.of(await service.rename(work, organisation, data.names()))


@post(
    "/organisations/{organisation_id:uuid}/registration",
    operation_id="decideOrganisation",
    needs=DECIDE_ORGANISATIONS,
    status_code=200,
)
async def register_applied(organisation_id: UUID, works: Works, actor: Actor) -> OrganisationOut:
    """Register a company that applied; the applicant becomes its manager."""
    async with works.write(actor) as work:
        return OrganisationOut.of(await service.register(work, organisation_id))


@post(
    "/organisations/{organisation_id:uuid}/refusal",
    operation_id="refuseOrganisation",
    needs=DECIDE_ORGANISATIONS,
    status_code=200,
)
async def refuse_applied(
    organisation_id: UUID, data: RefusalIn, works: Works, actor: Actor
) -> OrganisationOut:
    """Refuse a company that applied."""
    async with works.write(actor) as work:
        return OrganisationOut.of(await service.refuse(work, organisation_id, data.reason))


@get(
    "/organisations/{organisation_id:uuid}/managers",
    operation_id="listManagers",
    needs=READ_ORGANISATION,
)
async def list_managers(organisation_id: UUID, works: Works, actor: Actor) -> list[ManagerOut]:
    """Who manages a company."""
    async with works.read(actor) as work:
        rows = await managers.managers_of(work.session, organisation_id)
    return [ManagerOut.of(grant, person) for grant, person in rows]


@post(
    "/organisations/{organisation_id:uuid}/managers/{grant_id:uuid}/dismissal",
    operation_id="dismissManager",
    needs=MANAGE_ORGANISATION,
    status_code=204,
)
async def dismiss_manager(
    organisation_id: UUID, grant_id: UUID, data: DismissalIn, works: Works, actor: Actor
) -> None:
    """Take a manager's role away."""
    async with works.write(actor) as work:
        await managers.dismiss(work, organisation_id, grant_id, data.reason)


router = Router(
    path="",
    tags=["organisations"],
    route_handlers=[
        apply_for_organisation,
        register_organisation,
        list_organisations,
        list_my_organisations,
        get_organisation,
        rename_organisation,
        register_applied,
        refuse_applied,
        list_managers,
        dismiss_manager,
    ],
)
