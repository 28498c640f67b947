"""Route x role x own or other organisation: what is allowed follows from the policy table alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from httpx import Response
from litestar import Litestar
from litestar.testing import AsyncTestClient

from lms.app import Platform
from lms.kernel.actor import PUBLIC, SIGNED_IN, Actor
from lms.kernel.ids import new_id
from lms.people.grants.roles import Role
from lms.role_rights import ROLES, SCOPED_ROLES
from tests.builders.learning import a_company
from tests.builders.people import somebody
from tests.contract.addresses import Address, addresses

ANONYMOUS = "anonymous"
LEARNER = "learner"
CALLERS = [ANONYMOUS, LEARNER, *Role]
OWN_AFFAIRS = ("/api/v1/me", "/api/v1/auth")

ALLOWED = 0
"""Stands for every answer that is no refusal: also 404, 409, 422 of whoever may ask."""


@dataclass(frozen=True)
class Caller:
    """Who asks: with which headers, and which organisation is theirs, as against another one."""

    role: str
    headers: dict[str, str]
    own: UUID
    other: UUID


async def a_caller(opened: Platform, role: str) -> Caller:
    async with opened.works.write(Actor.system("test")) as work:
        own, other = (await a_company(work)).id, (await a_company(work)).id
    if role == ANONYMOUS:
        return Caller(role, {}, own, other)
    held = None if role == LEARNER else Role(role)
    _, headers = await somebody(opened, held, own if role in SCOPED_ROLES else None)
    return Caller(role, headers, own, other)


def expected(address: Address, caller: Caller, organisation_id: UUID | None) -> int:
    """The status that the policy table asks for, told without the product's own check."""
    if address.needs == PUBLIC:
        return ALLOWED
    if caller.role == ANONYMOUS:
        return 401
    if address.needs == SIGNED_IN:
        return ALLOWED
    held = address.needs in ROLES.get(caller.role, frozenset())
    if caller.role in ROLES and caller.role not in SCOPED_ROLES:
        return ALLOWED if held else 403
    if organisation_id is None:
        return 403
    return ALLOWED if held and organisation_id == caller.own else 404


def cells(app: Litestar, caller: Caller) -> Iterator[tuple[Address, UUID | None]]:
    for address in addresses(app):
        if not address.scoped:
            yield address, None
        elif caller.role in ROLES and caller.role not in SCOPED_ROLES:
            yield address, caller.other  # to issuer staff all companies are alike
        else:
            yield from ((address, scope) for scope in (caller.own, caller.other))


async def ask(
    client: AsyncTestClient[Litestar], caller: Caller, address: Address, scope: UUID | None
) -> Response:
    """The request itself, with an empty body, at ids that exist nowhere."""
    headers = caller.headers | {"If-Match": '"1"'}
    body = {} if address.writes else None
    path = address.path({"organisation_id": scope})
    return await client.request(address.method, path, headers=headers, json=body)


def differs(status: int, wanted: int) -> bool:
    return status in (401, 403) or status >= 500 if wanted == ALLOWED else status != wanted


@pytest.mark.parametrize("role", CALLERS)
async def test_every_route_answers_a_role_as_the_policy_table_says(
    app: Litestar, client: AsyncTestClient[Litestar], opened: Platform, role: str
) -> None:
    caller = await a_caller(opened, role)
    differences = []
    for address, scope in cells(app, caller):
        wanted = expected(address, caller, scope)
        answer = await ask(client, caller, address, scope)
        if differs(answer.status_code, wanted):
            which = {caller.own: "own", caller.other: "other", None: "-"}[scope]
            differences.append(f"{address.name} ({which}): {answer.status_code}, not {wanted}")
    assert not differences, "\n".join(differences)


async def test_another_companys_routes_answer_as_if_it_did_not_exist(
    app: Litestar, client: AsyncTestClient[Litestar], opened: Platform
) -> None:
    caller = await a_caller(opened, Role.COMPANY_MANAGER)
    for address in (one for one in addresses(app) if one.scoped):
        other = await ask(client, caller, address, caller.other)
        miss = await ask(client, caller, address, new_id())
        assert other.status_code == 404, address.name
        assert other.content == miss.content, address.name
        assert _shown(other) == _shown(miss), address.name


def _shown(answer: Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name != "x-request-id"}


async def test_an_auditor_changes_nothing_but_what_is_their_own(
    app: Litestar, client: AsyncTestClient[Litestar], opened: Platform
) -> None:
    caller = await a_caller(opened, Role.AUDITOR)
    for address, scope in cells(app, caller):
        if address.writes and not address.template.startswith(OWN_AFFAIRS):
            assert address.needs not in ROLES[Role.AUDITOR], address.name
            answer = await ask(client, caller, address, scope)
            assert answer.status_code >= 400, address.name


def test_an_auditor_reads_whatever_staff_reads(app: Litestar) -> None:
    for address in addresses(app):
        if address.method == "GET" and address.needs not in (PUBLIC, SIGNED_IN):
            assert address.needs in ROLES[Role.AUDITOR], address.name


def test_what_is_public_or_for_everybody_signed_in_is_no_companys(app: Litestar) -> None:
    """A path that names an organisation is guarded by a permission held for it."""
    for address in addresses(app):
        assert not (address.scoped and address.needs in (PUBLIC, SIGNED_IN)), address.name
