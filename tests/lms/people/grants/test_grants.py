import asyncio
from typing import Any
from uuid import UUID

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from lms.app import Platform
from lms.kernel.actor import Actor
from lms.people.grants import queries, service
from lms.people.grants.roles import SCOPED, Role
from lms.policy import ROLES, SCOPED_ROLES
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


async def test_the_only_admin_names_the_second_and_then_it_takes_two(
    opened: Platform, client: Client
) -> None:
    _, first = await somebody(opened, Role.ADMIN)
    second_id, second = await somebody(opened)
    third_id, third = await somebody(opened)
    alone = await post(client, f"/people/{second_id}/admin-grants", first, reason="my deputy")
    assert alone.json()["proposal_id"] is None
    asked = await post(client, f"/people/{third_id}/admin-grants", first, reason="the office")
    proposal = asked.json()["proposal_id"]
    assert proposal is not None
    assert (await client.get("/api/v1/people", headers=third)).status_code == 403
    path = f"/proposals/{proposal}/approval"
    assert (await post(client, path, first, reason="yes")).status_code == 409
    assert (await post(client, path, second, reason="yes")).status_code == 200
    assert (await client.get("/api/v1/people", headers=third)).status_code == 200


async def test_the_only_admin_at_two_desks_names_one_alone(
    opened: Platform, client: Client
) -> None:
    _, first = await somebody(opened, Role.ADMIN)
    others = [(await somebody(opened))[0] for _ in range(4)]
    answers = await asyncio.gather(
        *(post(client, f"/people/{one}/admin-grants", first, reason="deputy") for one in others)
    )
    assert sum(answer.json()["grant_id"] is not None for answer in answers) == 1


async def test_who_took_the_other_admins_role_away_still_needs_a_second_person(
    opened: Platform, client: Client
) -> None:
    _, first = await somebody(opened, Role.ADMIN)
    second_id, _ = await somebody(opened, Role.ADMIN)
    puppet_id, _ = await somebody(opened)
    rows = await client.get(f"/api/v1/people/{second_id}/grants", headers=first)
    ended = await post(client, f"/grants/{rows.json()[0]['id']}/revocation", first, reason="alone")
    assert ended.status_code == 200
    asked = await post(client, f"/people/{puppet_id}/admin-grants", first, reason="my puppet")
    assert asked.json()["grant_id"] is None
    assert asked.json()["proposal_id"] is not None


async def test_an_admin_is_not_made_twice(opened: Platform, client: Client) -> None:
    admin_id, admin = await somebody(opened, Role.ADMIN)
    answer = await post(client, f"/people/{admin_id}/admin-grants", admin, reason="once more")
    assert answer.status_code == 409


async def test_somebody_remains_as_an_admin(opened: Platform, client: Client) -> None:
    one_id, one = await somebody(opened, Role.ADMIN)
    two_id, two = await somebody(opened, Role.ADMIN)
    rows = {}
    for person_id in (one_id, two_id):
        answer = await client.get(f"/api/v1/people/{person_id}/grants", headers=one)
        rows[person_id] = answer.json()[0]["id"]
    answers = await asyncio.gather(
        post(client, f"/grants/{rows[two_id]}/revocation", one, reason="a quarrel"),
        post(client, f"/grants/{rows[one_id]}/revocation", two, reason="a quarrel"),
    )
    assert min(answer.status_code for answer in answers) == 200
    async with opened.works.read(Actor.system("test")) as work:
        assert await queries.anybody_is_admin(work.session)
    ended = {answer.json().get("type") for answer in answers} - {None}
    assert ended <= {"/problems/last_admin", "/problems/forbidden", "/problems/unauthenticated"}


async def test_the_only_admin_stays_one(opened: Platform, client: Client) -> None:
    admin_id, admin = await somebody(opened, Role.ADMIN)
    rows = (await client.get(f"/api/v1/people/{admin_id}/grants", headers=admin)).json()
    answer = await post(client, f"/grants/{rows[0]['id']}/revocation", admin, reason="tired")
    assert answer.json()["type"] == "/problems/last_admin"


async def test_the_same_proposal_is_not_made_twice(opened: Platform, client: Client) -> None:
    _, one = await somebody(opened, Role.ADMIN)
    await somebody(opened, Role.ADMIN)
    person_id, _ = await somebody(opened)
    path = f"/people/{person_id}/admin-grants"
    await post(client, path, one, reason="the office")
    again = await post(client, path, one, reason="the office")
    assert again.json()["type"] == "/problems/proposed_already"


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
