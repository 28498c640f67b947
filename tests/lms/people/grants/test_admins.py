"""Who is an admin takes two people; one alone never leaves fewer than two."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from httpx import Response
from litestar import Litestar
from litestar.testing import AsyncTestClient

from lms.app import Platform
from lms.kernel.actor import Actor
from lms.kernel.problems import Conflict
from lms.people import commands
from lms.people.grants import queries
from lms.people.grants.admins import require_enough_admins
from lms.people.grants.roles import Role
from lms.people.grants.service import end_grant
from lms.people.persons import service
from lms.people.persons.permissions import DISABLE_PEOPLE
from tests.builders.people import a_person, signed_in, somebody
from tests.builders.queueing import in_line
from tests.conftest import gather

Client = AsyncTestClient[Litestar]
Headers = dict[str, str]


async def post(client: Client, path: str, headers: Headers, **body: Any) -> Response:
    return await client.post(f"/api/v1{path}", headers=headers, json=body)


def refusal(answer: Response) -> str:
    assert answer.status_code == 409, answer.text
    return str(answer.json()["type"]).removeprefix("/problems/")


async def admins(opened: Platform) -> int:
    async with opened.works.read(Actor.system("test")) as work:
        return await queries.other_admins(work.session, UUID(int=0))


async def grant_of(client: Client, person_id: UUID, headers: Headers) -> str:
    rows = (await client.get(f"/api/v1/people/{person_id}/grants", headers=headers)).json()
    return str(rows[0]["id"])


async def decided(client: Client, asked: Response, headers: Headers) -> Response:
    assert asked.status_code == 201, asked.text
    return await post(client, f"/proposals/{asked.json()['id']}/approval", headers, reason="yes")


async def test_another_admin_takes_two_people(opened: Platform, client: Client) -> None:
    _, first = await somebody(opened, Role.ADMIN)
    _, second = await somebody(opened, Role.ADMIN)
    third_id, third = await somebody(opened)
    asked = await post(client, f"/people/{third_id}/admin-grants", first, reason="the office")
    assert (await client.get("/api/v1/people", headers=third)).status_code == 403
    assert refusal(await decided(client, asked, first)) == "second_person_needed"
    assert (await decided(client, asked, second)).status_code == 200
    assert (await client.get("/api/v1/people", headers=third)).status_code == 200


async def test_the_only_admin_names_nobody_alone(opened: Platform, client: Client) -> None:
    _, only = await somebody(opened, Role.ADMIN)
    others = [(await somebody(opened))[0] for _ in range(3)]
    for one in others:
        asked = await post(client, f"/people/{one}/admin-grants", only, reason="deputy")
        assert asked.json()["state"] == "open"
    assert await admins(opened) == 1


async def test_whoever_runs_the_machine_names_the_second(opened: Platform, client: Client) -> None:
    async with opened.works.write(Actor.system("test")) as work:
        second = await a_person(work, email="second@example.org")
    for _ in range(2):
        await commands.add_admin(opened.works, "Second@Example.org", "the deputy")
    headers = await signed_in(opened, second.id)
    assert len((await client.get("/api/v1/me/grants", headers=headers)).json()) == 1
    trail = await client.get(f"/api/v1/audit-entries?subject_id={second.id}", headers=headers)
    given = trail.json()["items"][0]
    assert (given["action"], given["actor_kind"], given["reason"]) == (
        "role.given",
        "system",
        "the deputy",
    )
    await opened.pool.execute("UPDATE person SET state = 'disabled'")
    with pytest.raises(Conflict, match="disabled"):
        await commands.add_admin(opened.works, "second@example.org", "the deputy")


async def test_an_admin_is_not_made_twice(opened: Platform, client: Client) -> None:
    admin_id, admin = await somebody(opened, Role.ADMIN)
    answer = await post(client, f"/people/{admin_id}/admin-grants", admin, reason="once more")
    assert answer.status_code == 409


async def test_the_role_of_an_admin_is_taken_by_two(opened: Platform, client: Client) -> None:
    _, one = await somebody(opened, Role.ADMIN)
    _, two = await somebody(opened, Role.ADMIN)
    gone_id, gone = await somebody(opened, Role.ADMIN)
    path = f"/grants/{await grant_of(client, gone_id, one)}/revocation"
    for alone in (one, gone):
        answer = await post(client, path, alone, reason="alone")
        assert refusal(answer) == "second_person_needed"
    asked = await post(client, f"/people/{gone_id}/admin-removals", one, reason="left the office")
    assert refusal(await decided(client, asked, one)) == "second_person_needed"
    assert (await client.get("/api/v1/people", headers=gone)).status_code == 200
    assert (await decided(client, asked, two)).status_code == 200
    assert (await client.get("/api/v1/people", headers=gone)).status_code == 403
    again = await post(client, f"/people/{gone_id}/admin-removals", one, reason="once more")
    assert refusal(again) == "conflict"


async def test_two_may_leave_one_admin_and_nobody_leaves_none(
    opened: Platform, client: Client
) -> None:
    one_id, one = await somebody(opened, Role.ADMIN)
    two_id, two = await somebody(opened, Role.ADMIN)
    of_one = await post(client, f"/people/{one_id}/admin-removals", one, reason="tired")
    of_two = await post(client, f"/people/{two_id}/admin-removals", one, reason="moves away")
    assert (await decided(client, of_one, two)).status_code == 200
    assert refusal(await decided(client, of_two, two)) == "last_admin"
    assert await admins(opened) == 1
    alone = await post(
        client, f"/grants/{await grant_of(client, two_id, two)}/revocation", two, reason="tired"
    )
    assert alone.status_code == 409


async def test_an_admin_is_disabled_at_once_while_two_remain(
    opened: Platform, client: Client
) -> None:
    (_, one), (two_id, two), (three_id, three) = [
        await somebody(opened, Role.ADMIN) for _ in range(3)
    ]
    shut_out = await post(client, f"/people/{three_id}/disabling", one, reason="a stolen laptop")
    assert shut_out.status_code == 200
    assert (await client.get("/api/v1/me", headers=three)).status_code == 401
    answer = await post(client, f"/people/{two_id}/disabling", one, reason="now you")
    assert refusal(answer) == "too_few_admins"
    assert (await client.get("/api/v1/people", headers=two)).status_code == 200
    undone = await post(client, f"/people/{three_id}/enabling", two, reason="it was an intrigue")
    assert undone.status_code == 200


async def test_a_disabled_admin_is_none_of_the_two(opened: Platform, client: Client) -> None:
    """Who was shut out before does not count; who is no admin is shut out whatever the number."""
    (_, one), (two_id, _), (three_id, _) = [await somebody(opened, Role.ADMIN) for _ in range(3)]
    learner_id, _ = await somebody(opened)
    await opened.pool.execute("UPDATE person SET state = 'disabled' WHERE id = $1", three_id)
    answer = await post(client, f"/people/{two_id}/disabling", one, reason="an intrigue")
    assert refusal(answer) == "too_few_admins"
    answer = await post(client, f"/people/{learner_id}/disabling", one, reason="a forged name")
    assert answer.status_code == 200


async def test_two_who_disable_each_other_at_once_leave_two(opened: Platform) -> None:
    one, two, _ = [(await somebody(opened, Role.ADMIN))[0] for _ in range(3)]

    async def disable(doer: UUID, other: UUID) -> None:
        actor = Actor("person", doer, {DISABLE_PEOPLE: None})
        async with opened.works.write(actor) as work:
            await service.disable(work, other, "a quarrel", enough_admins=require_enough_admins)

    async with opened.pool.acquire() as holding, holding.transaction():
        await holding.execute("SELECT 1 FROM role_grant WHERE role = 'admin' FOR UPDATE")
        both = asyncio.ensure_future(gather(disable(one, two), disable(two, one)))
        await in_line(opened, 2)
    refused = [outcome for outcome in await both if outcome is not None]
    assert [type(outcome) for outcome in refused] == [Conflict]
    assert await admins(opened) == 2


async def test_a_grant_that_ended_meanwhile_ends_no_second_time(
    opened: Platform, client: Client
) -> None:
    (_, one), (_, two), (gone_id, _) = [await somebody(opened, Role.ADMIN) for _ in range(3)]
    grant = UUID(await grant_of(client, gone_id, one))
    asked = await post(client, f"/people/{gone_id}/admin-removals", one, reason="left the office")
    async with opened.works.write(Actor.system("test")) as work:
        await end_grant(work, grant, reason="by the operator")
    assert refusal(await decided(client, asked, two)) == "conflict"
    with pytest.raises(Conflict):
        async with opened.works.write(Actor.system("test")) as work:
            await end_grant(work, grant, reason="once more")


async def test_the_same_proposal_is_not_made_twice(opened: Platform, client: Client) -> None:
    _, one = await somebody(opened, Role.ADMIN)
    await somebody(opened, Role.ADMIN)
    person_id, _ = await somebody(opened)
    path = f"/people/{person_id}/admin-grants"
    await post(client, path, one, reason="the office")
    again = await post(client, path, one, reason="the office")
    assert again.json()["type"] == "/problems/proposed_already"
