"""Roles at the API. Company managers are invited through their organisation."""

from uuid import UUID

from litestar import Router, get, post

from lms.approvals.schemas import ProposalOut
from lms.kernel.actor import SIGNED_IN, Actor
from lms.kernel.idempotency import IdempotencyKey
from lms.kernel.work import Works
from lms.people.grants import admins, queries, service
from lms.people.grants.permissions import GIVE_GRANTS, READ_GRANTS
from lms.people.grants.schemas import GrantIn, GrantOut, GrantReasonIn


@get("/me/grants", operation_id="listMyGrants", needs=SIGNED_IN)
async def list_my_grants(works: Works, actor: Actor) -> list[GrantOut]:
    """The roles that you hold."""
    async with works.read(actor) as work:
        rows = await queries.open_grants_of_person(work.session, actor.person)
    return [GrantOut.of(row) for row in rows]


@get("/people/{person_id:uuid}/grants", operation_id="listGrants", needs=READ_GRANTS)
async def list_grants(person_id: UUID, works: Works, actor: Actor) -> list[GrantOut]:
    """The roles that somebody holds."""
    async with works.read(actor) as work:
        rows = await queries.open_grants_of_person(work.session, person_id)
    return [GrantOut.of(row) for row in rows]


@post("/people/{person_id:uuid}/grants", operation_id="giveRole", needs=GIVE_GRANTS)
async def give_role(
    person_id: UUID, data: GrantIn, works: Works, actor: Actor, key: IdempotencyKey
) -> GrantOut:
    """Make somebody a trainer, an examiner or an auditor."""
    async with works.write(actor, key) as work:
        grant = await service.give_role(work, person_id, data.role, reason=data.reason)
        return work.remember(GrantOut.of(grant))


@post("/people/{person_id:uuid}/admin-grants", operation_id="askAdmin", needs=GIVE_GRANTS)
async def ask_admin(
    person_id: UUID, data: GrantReasonIn, works: Works, actor: Actor, key: IdempotencyKey
) -> ProposalOut:
    """Ask for another administrator; a second person decides."""
    async with works.write(actor, key) as work:
        asked = await admins.ask_admin(work, person_id, data.reason)
        return work.remember(ProposalOut.of(asked))


@post("/people/{person_id:uuid}/admin-removals", operation_id="askAdminRemoval", needs=GIVE_GRANTS)
async def ask_admin_removal(
    person_id: UUID, data: GrantReasonIn, works: Works, actor: Actor, key: IdempotencyKey
) -> ProposalOut:
    """Ask that somebody, you or another, is an administrator no more; a second person decides."""
    async with works.write(actor, key) as work:
        asked = await admins.ask_removal(work, person_id, data.reason)
        return work.remember(ProposalOut.of(asked))


@post(
    "/grants/{grant_id:uuid}/revocation",
    operation_id="takeRole",
    needs=GIVE_GRANTS,
    status_code=200,
)
async def take_role(grant_id: UUID, data: GrantReasonIn, works: Works, actor: Actor) -> GrantOut:
    """Take a role away, with effect on the holder's next request; an admin's takes two people."""
    async with works.write(actor) as work:
        grant = await service.take_role(work, grant_id, reason=data.reason)
    return GrantOut.of(grant)


router = Router(
    path="",
    route_handlers=[
        list_my_grants,
        list_grants,
        give_role,
        ask_admin,
        ask_admin_removal,
        take_role,
    ],
)
