from typing import Any
from uuid import UUID

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from lms.app import Platform
from lms.kernel.actor import Actor
from lms.people.grants import queries, service
from lms.people.grants.roles import SCOPED, Role
from lms.role_rights import ROLES, SCOPED_ROLES
from tests.builders.people import somebody

Client = AsyncTestClient[Litestar]


async def post(client: Client, path: str, headers: dict[str, str], **body: Any) -> Any:
    return await client.post(f"/api/v1{path}", headers=headers, json=body)


def test_the_policy_table_knows_every_role() -> None:
    assert set(ROLES) == {role.value for role in Role}
    assert {role.value for role in SCOPED} == SCOPED_ROLES


async def test_a_role_counts_with_the_next_request(opened: Platform, client: Client) -> None:
    _, admin = await somebody(opened, Role.ADMIN)
    person_id, headers = await somebody(opened)
    assert (await client.get("/api/v1/people", headers=headers)).status_code == 403
    path = f"/people/{person_id}/grants"
    given = await post(client, path, admin, role="auditor", reason="the yearly audit")
    assert given.status_code == 201, given.text
    assert (await client.get("/api/v1/people", headers=headers)).status_code == 200
    again = await post(client, path, admin, role="auditor", reason="the yearly audit")
    assert again.json()["id"] == given.json()["id"], "the same grant twice is one"
    mine = (await client.get("/api/v1/me/grants", headers=headers)).json()
    assert [row["role"] for row in mine] == ["auditor"]


@pytest.mark.parametrize("role", ["admin", "company_manager"])
async def test_roles_with_a_way_of_their_own_are_not_given_here(
    opened: Platform, client: Client, role: str
) -> None:
    _, admin = await somebody(opened, Role.ADMIN)
    person_id, _ = await somebody(opened)
    answer = await post(client, f"/people/{person_id}/grants", admin, role=role, reason="because")
    assert answer.json()["errors"][0]["code"] == "role_not_given_here"


async def test_an_unknown_role_and_a_missing_reason_are_told_together(
    opened: Platform, client: Client
) -> None:
    _, admin = await somebody(opened, Role.ADMIN)
    answer = await post(client, f"/people/{UUID(int=1)}/grants", admin, role="king")
    pointers = {fault["pointer"] for fault in answer.json()["errors"]}
    assert pointers == {"/role", "/reason"}


async def test_a_grant_ends_once(opened: Platform, client: Client) -> None:
    _, admin = await somebody(opened, Role.ADMIN)
    trainer_id, _ = await somebody(opened, Role.TRAINER)
    grant = (await client.get(f"/api/v1/people/{trainer_id}/grants", headers=admin)).json()[0]
    path = f"/grants/{grant['id']}/revocation"
    assert (await post(client, path, admin, reason="moved on")).status_code == 200
    assert (await post(client, path, admin, reason="moved on")).status_code == 409
    gone = await post(client, f"/grants/{UUID(int=1)}/revocation", admin, reason="moved on")
    assert gone.status_code == 404


async def test_a_managers_grant_is_for_one_company(opened: Platform) -> None:
    company = UUID(int=77)
    person_id, _ = await somebody(opened)
    async with opened.works.write(Actor.system("test")) as work:
        for scope_id in (company, UUID(int=78), company):
            await service.enter_grant(
                work, person_id, Role.COMPANY_MANAGER, scope_id=scope_id, reason="invited"
            )
    async with opened.works.read(Actor.system("test")) as work:
        rows = await queries.open_grants_of_scope(work.session, company)
        mine = await queries.open_grants_of_person(work.session, person_id)
    assert [row.person_id for row in rows] == [person_id]
    assert len(mine) == 2
