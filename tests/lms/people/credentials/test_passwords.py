from datetime import timedelta
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from lms.app import Platform
from lms.kernel.actor import Actor
from lms.kernel.clock import FrozenClock
from lms.people.credentials.lockout import FREE_TRIES
from lms.people.credentials.tries import LETTERS_TO_ADDRESS, forget_tries
from tests.builders.people import PASSWORD, a_person, letters_to, signed_in, with_password

Client = AsyncTestClient[Litestar]
CHAN = "tai.man@example.org"
NEW = "seven ferries to Cheung Chau"


@pytest.fixture
async def headers(opened: Platform) -> dict[str, str]:
    async with opened.works.write(Actor.system("test")) as work:
        person = await a_person(work, email=CHAN)
    await with_password(opened, person.id)
    return await signed_in(opened, person.id)


async def sign_in(client: Client, password: str) -> Any:
    return await client.post("/api/v1/auth/token", json={"email": CHAN, "password": password})


async def change(client: Client, headers: dict[str, str], present: str, new: str) -> Any:
    body = {"present_password": present, "new_password": new}
    return await client.put("/api/v1/me/password", headers=headers, json=body)


async def ask(client: Client, email: str) -> Any:
    return await client.post("/api/v1/auth/password-reset-requests", json={"email": email})


async def reset(client: Client, token: str, password: str) -> Any:
    body = {"token": token, "password": password}
    return await client.post("/api/v1/auth/password-resets", json=body)


async def test_a_change_ends_every_session_and_the_old_password(
    client: Client, headers: dict[str, str]
) -> None:
    elsewhere = (await sign_in(client, PASSWORD)).json()
    assert (await change(client, headers, PASSWORD, NEW)).status_code == 204
    assert (await client.get("/api/v1/me", headers=headers)).status_code == 401
    other = await client.post(
        "/api/v1/auth/refresh", json={"refresh_token": elsewhere["refresh_token"]}
    )
    assert other.status_code == 401
    assert (await sign_in(client, PASSWORD)).status_code == 401
    assert (await sign_in(client, NEW)).status_code == 200


async def test_a_change_needs_the_present_password_and_few_guesses(
    client: Client, headers: dict[str, str]
) -> None:
    told = [(await change(client, headers, "wrong", NEW)).status_code for _ in range(6)]
    assert told == [403] * FREE_TRIES + [429]


async def test_a_weak_new_password_is_refused_with_every_fault(
    client: Client, headers: dict[str, str]
) -> None:
    answer = await change(client, headers, PASSWORD, "chan.tai.man")
    assert answer.status_code == 422
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [
        ("/new_password", "password_too_short"),
        ("/new_password", "password_guessable"),
    ]


@pytest.mark.parametrize(
    "password", ["風雨" * 40 + "ab🦆", "  spaces at both ends  ", "cafe\u0301 au lait at noon"]
)
async def test_long_and_foreign_passwords_open_again(
    client: Client, headers: dict[str, str], password: str
) -> None:
    assert (await change(client, headers, PASSWORD, password)).status_code == 204
    assert (await sign_in(client, password)).status_code == 200
    assert (await sign_in(client, password[1:])).status_code == 401


async def test_sixty_four_characters_and_more_are_compared_to_the_last(
    client: Client, headers: dict[str, str]
) -> None:
    poem = "春眠不覺曉處處聞啼鳥夜來風雨聲花落知多少" * 4
    assert len(poem) == 80
    assert (await change(client, headers, PASSWORD, poem)).status_code == 204
    assert (await sign_in(client, poem[:-1])).status_code == 401
    assert (await sign_in(client, poem)).status_code == 200


async def test_a_reset_by_letter_sets_the_password_once(
    opened: Platform, client: Client, headers: dict[str, str]
) -> None:
    assert (await ask(client, CHAN)).status_code == 202
    token = str((await letters_to(opened, CHAN))[0].token)
    weak = await reset(client, token, "short")
    assert weak.status_code == 422
    assert (await reset(client, token, NEW)).status_code == 204, "a refused password costs no link"
    assert (await client.get("/api/v1/me", headers=headers)).status_code == 401
    assert (await sign_in(client, NEW)).status_code == 200
    again = await reset(client, token, PASSWORD)
    assert again.status_code == 410
    unknown = await reset(client, "A" * 43, PASSWORD)
    assert {**again.json(), "request_id": ""} == {**unknown.json(), "request_id": ""}


async def test_a_reset_ends_other_reset_letters_and_a_lock(
    opened: Platform, client: Client, headers: dict[str, str]
) -> None:
    for _ in range(FREE_TRIES):
        await sign_in(client, "wrong")
    for _ in range(2):
        await ask(client, CHAN)
    first, second = await letters_to(opened, CHAN)
    assert (await reset(client, str(first.token), NEW)).status_code == 204
    assert (await reset(client, str(second.token), NEW + "!")).status_code == 410
    assert (await sign_in(client, NEW)).status_code == 200


async def test_asking_tells_nothing_about_an_address(
    opened: Platform, client: Client, headers: dict[str, str]
) -> None:
    answers = [await ask(client, email) for email in (CHAN, "nobody@example.org")]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].content == answers[1].content
    rows = await opened.pool.fetch("SELECT email FROM one_time_link ORDER BY id")
    assert [row["email"] for row in rows] == [CHAN, "nobody@example.org"], "the same work is done"
    assert await letters_to(opened, "nobody@example.org") == []
    assert len(await letters_to(opened, CHAN)) == 1


async def test_a_mailbox_is_not_flooded(client: Client) -> None:
    told = [(await ask(client, "x@example.org")).status_code for _ in range(LETTERS_TO_ADDRESS + 1)]
    assert told == [202] * LETTERS_TO_ADDRESS + [429]


async def test_what_is_no_address_is_said_at_once(client: Client) -> None:
    answer = await ask(client, "nobody")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/email"


async def test_a_disabled_person_gets_no_reset(
    opened: Platform, client: Client, headers: dict[str, str]
) -> None:
    await ask(client, CHAN)
    token = str((await letters_to(opened, CHAN))[0].token)
    await opened.pool.execute("UPDATE person SET state = 'disabled'")
    assert (await reset(client, token, NEW)).status_code == 410
    await ask(client, CHAN)
    assert await letters_to(opened, CHAN) == []


async def test_old_tries_are_forgotten(
    opened: Platform, client: Client, clock: FrozenClock
) -> None:
    await sign_in(client, "wrong")
    clock.advance(timedelta(hours=25))
    await forget_tries(opened.works)
    assert await opened.pool.fetchval("SELECT count(*) FROM sign_in_tries") == 0
