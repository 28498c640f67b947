from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from lms.app import Platform
from lms.kernel.actor import Actor
from lms.kernel.clock import FrozenClock
from lms.people.credentials import tries
from lms.people.credentials.lockout import FIRST_LOCK, FREE_TRIES
from lms.people.grants.roles import Role
from lms.people.sessions import service
from lms.people.sessions.service import Shown
from tests.builders.people import PASSWORD, a_person, somebody, with_password
from tests.conftest import gather

Client = AsyncTestClient[Litestar]
CHAN = "tai.man@example.org"


@pytest.fixture
async def chan(opened: Platform) -> None:
    async with opened.works.write(Actor.system("test")) as work:
        person = await a_person(work, email=CHAN)
    await with_password(opened, person.id)


async def sign_in(client: Client, email: str = CHAN, password: str = PASSWORD, **more: str) -> Any:
    shown = {"email": email, "password": password, **more}
    return await client.post("/api/v1/auth/token", json=shown)


@pytest.mark.usefixtures("chan")
async def test_signing_in_opens_ones_own_entry(client: Client) -> None:
    answer = await sign_in(client, "Tai.Man@Example.org")
    assert answer.status_code == 200, answer.text
    assert answer.json()["expires_in"] == 300
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    me = await client.get("/api/v1/me", headers=headers)
    assert me.json()["printed_en"] == "CHAN Tai Man"
    assert me.headers["ETag"] == '"1"'


async def test_without_a_token_and_with_nonsense_nobody_is_signed_in(client: Client) -> None:
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}):
        answer = await client.get("/api/v1/me", headers=headers)
        assert answer.status_code == 401
        assert answer.json()["type"] == "/problems/unauthenticated"
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.usefixtures("chan")
async def test_an_unknown_address_is_answered_as_a_wrong_password(
    client: Client, app: Litestar
) -> None:
    passwords = app.state.platform.people.sessions.passwords
    bodies, checks = [], []
    for email in (CHAN, "nobody@example.org", "no address at all"):
        before = passwords.checked
        answer = await sign_in(client, email, "wrong wrong wrong")
        assert answer.status_code == 401
        bodies.append({k: v for k, v in answer.json().items() if k != "request_id"})
        checks.append(passwords.checked - before)
    assert bodies[0] == bodies[1] == bodies[2]
    assert bodies[0]["type"] == "/problems/sign_in_refused"
    assert checks == [1, 1, 1], "each costs one argon2 check"


async def test_an_unknown_address_is_locked_as_a_known_one(client: Client, chan: None) -> None:
    for email in (CHAN, "nobody@example.org"):
        tried = [(await sign_in(client, email, "wrong")).status_code for _ in range(FREE_TRIES + 1)]
        assert tried == [401] * FREE_TRIES + [429]


@pytest.mark.usefixtures("chan")
async def test_a_lock_holds_for_the_right_password_too_and_passes(
    client: Client, clock: FrozenClock
) -> None:
    for _ in range(FREE_TRIES):
        await sign_in(client, password="wrong")
    refused = await sign_in(client)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= FIRST_LOCK.total_seconds() + 1
    clock.advance(FIRST_LOCK)
    assert (await sign_in(client)).status_code == 200
    assert (await sign_in(client, password="wrong")).status_code == 401


@pytest.mark.usefixtures("chan")
async def test_twenty_tries_at_once_are_not_more_than_the_limit(opened: Platform) -> None:
    shown = [Shown(CHAN, f"wrong {n}", None, "a test") for n in range(20)]
    desk = opened.people.sessions
    ends = await gather(*(service.sign_in(opened.works, desk, one) for one in shown))
    codes = sorted(end.code for end in ends)
    assert codes == ["sign_in_refused"] * FREE_TRIES + ["too_many_requests"] * (20 - FREE_TRIES)


@pytest.mark.usefixtures("chan")
async def test_only_wrong_tries_of_an_origin_count(
    opened: Platform, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tries, "WRONG_SIGN_INS_OF_ORIGIN", 3)
    assert [(await sign_in(client)).status_code for _ in range(5)] == [200] * 5
    told = [(await sign_in(client, f"n{n}@example.org")).status_code for n in range(4)]
    assert told == [401, 401, 401, 429]
    assert (await sign_in(client)).status_code == 429


async def test_somebody_without_a_password_does_not_get_in(
    opened: Platform, client: Client
) -> None:
    async with opened.works.write(Actor.system("test")) as work:
        await a_person(work, email=CHAN)
    assert (await sign_in(client)).status_code == 401


@pytest.mark.usefixtures("chan")
async def test_faults_of_shape_are_told_all_at_once(client: Client) -> None:
    answer = await client.post("/api/v1/auth/token", json={"email": 3, "more": "x"})
    assert answer.status_code == 422
    pointers = {fault["pointer"] for fault in answer.json()["errors"]}
    assert pointers == {"/email", "/password", "/more"}


@pytest.mark.usefixtures("chan")
async def test_signing_in_is_in_the_audit_trail_without_secrets(
    opened: Platform, client: Client
) -> None:
    tokens = (await sign_in(client)).json()
    rows = await opened.pool.fetch("SELECT * FROM audit_entry WHERE action = 'session.begun'")
    assert len(rows) == 1
    assert rows[0]["actor_kind"] == "person"
    everything = str(await opened.pool.fetch("SELECT * FROM audit_entry")) + str(
        await opened.pool.fetch("SELECT * FROM event")
    )
    for secret in (PASSWORD, tokens["access_token"], tokens["refresh_token"]):
        assert secret not in everything


async def test_refresh_tokens_and_passwords_are_stored_as_hashes_only(
    opened: Platform, client: Client, chan: None
) -> None:
    token = (await sign_in(client)).json()["refresh_token"]
    stored = str(await opened.pool.fetch("SELECT * FROM refresh_token")) + str(
        await opened.pool.fetch("SELECT * FROM credential")
    )
    assert token not in stored
    assert PASSWORD not in stored


async def test_disabling_shuts_out_with_the_next_request(opened: Platform, client: Client) -> None:
    _, admin = await somebody(opened, Role.ADMIN)
    person_id, headers = await somebody(opened)
    assert (await client.get("/api/v1/me", headers=headers)).status_code == 200
    disabled = await client.post(
        f"/api/v1/people/{person_id}/disabling", headers=admin, json={"reason": "left the country"}
    )
    assert disabled.status_code == 200, disabled.text
    assert (await client.get("/api/v1/me", headers=headers)).status_code == 401
    enabled = await client.post(
        f"/api/v1/people/{person_id}/enabling", headers=admin, json={"reason": "came back"}
    )
    assert enabled.json()["state"] == "active"
    assert (await client.get("/api/v1/me", headers=headers)).status_code == 401, "signs in afresh"


async def test_a_role_taken_is_gone_with_the_next_request(opened: Platform, client: Client) -> None:
    _, admin = await somebody(opened, Role.ADMIN)
    auditor_id, auditor = await somebody(opened, Role.AUDITOR)
    assert (await client.get("/api/v1/people", headers=auditor)).status_code == 200
    grants = (await client.get(f"/api/v1/people/{auditor_id}/grants", headers=admin)).json()
    taken = await client.post(
        f"/api/v1/grants/{grants[0]['id']}/revocation",
        headers=admin,
        json={"reason": "the audit is over"},
    )
    assert taken.status_code == 200, taken.text
    assert (await client.get("/api/v1/people", headers=auditor)).status_code == 403
