import asyncio

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from lms.app import Platform
from lms.kernel.actor import Actor
from lms.kernel.problems import Invalid
from lms.people.grants.roles import Role
from lms.people.signup.first_admin import ensure_first_admin
from tests.builders.people import PASSWORD, a_person, somebody, with_password

Client = AsyncTestClient[Litestar]
BOSS = "boss@example.org"
ADMINS = "SELECT count(*) FROM role_grant"


async def ensure(opened: Platform, password: str | None = None) -> str | None:
    return await ensure_first_admin(opened.works, opened.people.desk, BOSS, password)


async def opens(client: Client, password: str) -> bool:
    shown = {"email": BOSS, "password": password}
    answer = await client.post("/api/v1/auth/token", json=shown)
    if answer.status_code != 200:
        return False
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    return (await client.get("/api/v1/people", headers=headers)).status_code == 200


async def test_a_password_is_made_up_once_and_shown_once(opened: Platform, client: Client) -> None:
    made_up = await ensure(opened)
    assert made_up is not None
    assert await opens(client, made_up)
    assert await ensure(opened) is None
    assert await opens(client, made_up)


async def test_a_password_that_is_given_is_taken_and_not_repeated(
    opened: Platform, client: Client
) -> None:
    assert await ensure(opened, PASSWORD) is None
    assert await opens(client, PASSWORD)
    assert await ensure(opened, "another password now") is None
    assert await opens(client, PASSWORD)


async def test_processes_that_start_at_once_make_one(opened: Platform) -> None:
    made = await asyncio.gather(*(ensure(opened) for _ in range(5)))
    assert sum(one is not None for one in made) == 1
    assert await opened.pool.fetchval(ADMINS) == 1


async def test_somebody_who_signed_up_keeps_their_password(
    opened: Platform, client: Client
) -> None:
    async with opened.works.write(Actor.system("test")) as work:
        person = await a_person(work, email=BOSS)
    await with_password(opened, person.id)
    assert await ensure(opened) is None
    assert await opens(client, PASSWORD)


async def test_where_there_is_an_admin_nothing_happens(opened: Platform) -> None:
    await somebody(opened, Role.ADMIN)
    assert await ensure(opened) is None
    assert await opened.pool.fetchval("SELECT count(*) FROM person") == 1


async def test_a_weak_choice_of_the_operator_stands(opened: Platform, client: Client) -> None:
    assert await ensure(opened, "admin") is None
    assert await opens(client, "admin")


async def test_an_address_that_is_none_is_refused(opened: Platform) -> None:
    with pytest.raises(Invalid):
        await ensure_first_admin(opened.works, opened.people.desk, "root", None)


async def test_a_second_one_is_made_beside_the_first_and_never_later(opened: Platform) -> None:
    desk = opened.people.desk
    await ensure_first_admin(opened.works, desk, BOSS, "a long enough password", BOSS)
    assert await opened.pool.fetchval(ADMINS) == 1
    await ensure_first_admin(opened.works, desk, BOSS, None, "second@example.org")
    assert await opened.pool.fetchval(ADMINS) == 1


async def test_the_second_one_has_no_password_until_they_choose_one(opened: Platform) -> None:
    desk = opened.people.desk
    await ensure_first_admin(opened.works, desk, BOSS, "a long enough password", "b@example.org")
    assert await opened.pool.fetchval(ADMINS) == 2
    assert await opened.pool.fetchval("SELECT count(*) FROM credential") == 1
