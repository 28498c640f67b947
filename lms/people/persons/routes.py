"""The register of people at the API: one's own entry, and everybody's for issuer staff."""

from typing import Annotated
from uuid import UUID

from litestar import Router, get, patch, post
from litestar.params import QueryParameter

from lms.approvals.schemas import ProposalOut
from lms.kernel.actor import SIGNED_IN, Actor
from lms.kernel.idempotency import IdempotencyKey
from lms.kernel.paging import Page, PageRequest, page_of
from lms.kernel.work import Works
from lms.people.persons import queries, service
from lms.people.persons.models import PersonState
from lms.people.persons.permissions import DISABLE_PEOPLE, READ_PEOPLE, RENAME_PEOPLE
from lms.people.persons.ports import EnoughAdmins
from lms.people.persons.schemas import NameChangeIn, PersonOut, PersonReasonIn, ProfileIn
from lms.web.dependencies import ExpectedRevision

Search = Annotated[
    str | None,
    QueryParameter(max_length=100, description="Parts of a name or an address, in any script."),
]

InState = Annotated[PersonState | None, QueryParameter(name="state")]


@get("/me", operation_id="getMe", needs=SIGNED_IN)
async def get_me(works: Works, actor: Actor) -> PersonOut:
    """Your own entry in the register."""
    async with works.read(actor) as work:
        return PersonOut.of(await queries.require_person(work.session, actor.person))


@patch("/me", operation_id="editMe", needs=SIGNED_IN)
async def edit_me(
    data: ProfileIn, works: Works, actor: Actor, expected: ExpectedRevision
) -> PersonOut:
    """Change the language in which you are written to."""
    async with works.write(actor) as work:
        person = await queries.lock_person(work.session, actor.person)
        expected.check(person.revision)
        await service.change_language(work, person, data.language)
    return PersonOut.of(person)


@post("/me/name-changes", operation_id="askMyNameChange", needs=SIGNED_IN)
async def ask_my_name_change(
    data: NameChangeIn, works: Works, actor: Actor, key: IdempotencyKey
) -> ProposalOut:
    """Ask for another printed name; somebody at the issuer approves it."""
    async with works.write(actor, key) as work:
        asked = await service.propose_rename(work, actor.person, data.names(), data.reason)
        return work.remember(ProposalOut.of(asked))


@get("/people", operation_id="listPeople", needs=READ_PEOPLE)
async def list_people(
    works: Works,
    actor: Actor,
    page: PageRequest,
    search: Search = None,
    in_state: InState = None,
) -> Page[PersonOut]:
    """The register, in order of entry."""
    async with works.read(actor) as work:
        rows = await queries.people_of_issuer(work.session, page, search=search, state=in_state)
    return page_of(rows, page, out=PersonOut.of, key=lambda row: [str(row.id)])


@get("/people/{person_id:uuid}", operation_id="getPerson", needs=READ_PEOPLE)
async def get_person(person_id: UUID, works: Works, actor: Actor) -> PersonOut:
    """One person."""
    async with works.read(actor) as work:
        return PersonOut.of(await queries.require_person(work.session, person_id))


@post("/people/{person_id:uuid}/name-changes", operation_id="askNameChange", needs=RENAME_PEOPLE)
async def ask_name_change(
    person_id: UUID, data: NameChangeIn, works: Works, actor: Actor, key: IdempotencyKey
) -> ProposalOut:
    """Ask for another printed name on somebody's behalf; a second person approves it."""
    async with works.write(actor, key) as work:
        asked = await service.propose_rename(work, person_id, data.names(), data.reason)
        return work.remember(ProposalOut.of(asked))


@post(
    "/people/{person_id:uuid}/disabling",
    operation_id="disablePerson",
    needs=DISABLE_PEOPLE,
    status_code=200,
)
async def disable(
    person_id: UUID, data: PersonReasonIn, works: Works, actor: Actor, enough_admins: EnoughAdmins
) -> PersonOut:
    """Shut somebody out, with effect on their next request."""
    async with works.write(actor) as work:
        person = await service.disable(work, person_id, data.reason, enough_admins=enough_admins)
    return PersonOut.of(person)


@post(
    "/people/{person_id:uuid}/enabling",
    operation_id="enablePerson",
    needs=DISABLE_PEOPLE,
    status_code=200,
)
async def enable(person_id: UUID, data: PersonReasonIn, works: Works, actor: Actor) -> PersonOut:
    """Let somebody in again."""
    async with works.write(actor) as work:
        person = await service.enable(work, person_id, data.reason)
    return PersonOut.of(person)


router = Router(
    path="",
    route_handlers=[
        get_me,
        edit_me,
        ask_my_name_change,
        list_people,
        get_person,
        ask_name_change,
        disable,
        enable,
    ],
)
