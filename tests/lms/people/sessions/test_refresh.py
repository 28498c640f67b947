import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from lms.app import Platform
from lms.kernel.actor import Actor
from lms.kernel.clock import FrozenClock, SystemClock
from lms.people.credentials.hashing import Passwords
from lms.people.sessions import service
from lms.people.sessions.service import forget_sessions
from lms.settings import Settings
from tests.builders.people import PASSWORD, a_person, somebody, with_password
from tests.conftest import gather

Client = AsyncTestClient[Litestar]
CHAN = "tai.man@example.org"
ROOT = Path(__file__).parents[4]


@pytest.fixture
async def tokens(opened: Platform, client: Client) -> dict[str, Any]:
    async with opened.works.write(Actor.system("test")) as work:
        person = await a_person(work, email=CHAN)
    await with_password(opened, person.id)
    return await signed_in(client)


async def signed_in(client: Client) -> dict[str, Any]:
    shown = {"email": CHAN, "password": PASSWORD}
    answer = await client.post(
        "/api/v1/auth/token", json=shown, headers={"User-Agent": "a test's browser"}
    )
    found: dict[str, Any] = answer.json()
    return found


async def refresh(client: Client, token: str) -> Any:
    return await client.post("/api/v1/auth/refresh", json={"refresh_token": token})


async def my_status(client: Client, tokens: dict[str, Any]) -> int:
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    return int((await client.get("/api/v1/me", headers=headers)).status_code)


async def test_a_refresh_token_gives_the_next_one(client: Client, tokens: dict[str, Any]) -> None:
    answer = await refresh(client, tokens["refresh_token"])
    assert answer.status_code == 200, answer.text
    fresh = answer.json()
    assert fresh["refresh_token"] != tokens["refresh_token"]
    assert fresh["session_id"] == tokens["session_id"]
    assert await my_status(client, fresh) == 200
    assert await my_status(client, tokens) == 200, "the older access token lives on till its end"
    assert (await refresh(client, fresh["refresh_token"])).status_code == 200


async def test_a_token_that_comes_twice_ends_the_session_for_both(
    client: Client, tokens: dict[str, Any]
) -> None:
    fresh = (await refresh(client, tokens["refresh_token"])).json()
    stolen = await refresh(client, tokens["refresh_token"])
    assert stolen.status_code == 401
    assert stolen.json()["type"] == "/problems/refresh_refused"
    assert (await refresh(client, fresh["refresh_token"])).status_code == 401
    assert await my_status(client, fresh) == 401
    assert await my_status(client, tokens) == 401


async def test_other_sessions_are_untouched_by_a_reuse(
    client: Client, tokens: dict[str, Any]
) -> None:
    other = await signed_in(client)
    await refresh(client, tokens["refresh_token"])
    await refresh(client, tokens["refresh_token"])
    assert (await refresh(client, other["refresh_token"])).status_code == 200


async def test_of_many_at_once_at_most_one_goes_on_and_the_session_ends(
    opened: Platform, client: Client, tokens: dict[str, Any]
) -> None:
    token, desk = tokens["refresh_token"], opened.people.sessions
    ends = await gather(*(service.refresh(opened.works, desk, token) for _ in range(8)))
    won = [end for end in ends if isinstance(end, service.Tokens)]
    assert len(won) == 1
    assert {str(end) for end in ends if end not in won} == {"refresh_refused: "}
    assert await my_status(client, {"access_token": won[0].access_token}) == 401
    because = await opened.pool.fetchval("SELECT ended_because FROM login_session")
    assert because == "reuse"
    assert await opened.pool.fetchval("SELECT count(*) FROM refresh_token") == 2


@pytest.mark.processes
async def test_of_two_processes_with_one_token_one_goes_on_and_the_session_ends(
    opened: Platform, chosen: Settings, client: Client, clock: FrozenClock
) -> None:
    clock.at = SystemClock().now()
    async with opened.works.write(Actor.system("test")) as work:
        person = await a_person(work, email=CHAN)
    await with_password(opened, person.id)
    token = (await signed_in(client))["refresh_token"]
    environment = {
        **os.environ,
        "LMS_ENV": "test",
        "LMS_DATABASE_URL": chosen.database_url,
        "LMS_SECRET": chosen.secret.get_secret_value(),
        "LMS_DATA_DIR": str(chosen.data_dir),
    }
    racers = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.lms.people.sessions.refresher",
            cwd=ROOT,
            env=environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        for _ in range(2)
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert await racer.stdout.readline() == b"ready\n"
    await asyncio.gather(*(racer.communicate(f"{token}\n".encode()) for racer in racers))
    assert sorted(racer.returncode or 0 for racer in racers) == [0, 3]
    because = await opened.pool.fetchval("SELECT ended_because FROM login_session")
    assert because == "reuse"


async def test_a_session_ends_by_itself(
    client: Client, tokens: dict[str, Any], clock: FrozenClock, chosen: Settings
) -> None:
    clock.advance(timedelta(days=chosen.refresh_token_days))
    assert (await refresh(client, tokens["refresh_token"])).status_code == 401


@pytest.mark.parametrize("token", ["x", "A" * 43])
async def test_an_unknown_token_refreshes_nothing(client: Client, token: str) -> None:
    assert (await refresh(client, token)).status_code == 401


async def test_signing_out_ends_the_session_at_once(client: Client, tokens: dict[str, Any]) -> None:
    for _ in range(2):
        out = await client.post(
            "/api/v1/auth/logout", json={"refresh_token": tokens["refresh_token"]}
        )
        assert out.status_code == 204
    assert await my_status(client, tokens) == 401
    assert (await refresh(client, tokens["refresh_token"])).status_code == 401


async def test_ones_sessions_are_listed_and_ended_one_by_one(
    client: Client, tokens: dict[str, Any]
) -> None:
    other = await signed_in(client)
    headers = {"Authorization": f"Bearer {other['access_token']}"}
    rows = (await client.get("/api/v1/me/sessions", headers=headers)).json()
    assert [row["id"] for row in rows] == [other["session_id"], tokens["session_id"]]
    assert rows[0]["device"] == "a test's browser"
    ended = await client.delete(f"/api/v1/me/sessions/{tokens['session_id']}", headers=headers)
    assert ended.status_code == 204
    assert await my_status(client, tokens) == 401
    assert await my_status(client, other) == 200


async def test_another_persons_session_does_not_exist(
    opened: Platform, client: Client, tokens: dict[str, Any]
) -> None:
    _, headers = await somebody(opened)
    answer = await client.delete(f"/api/v1/me/sessions/{tokens['session_id']}", headers=headers)
    assert answer.status_code == 404
    assert await my_status(client, tokens) == 200


async def test_a_client_refreshes_with_its_expired_token_attached(
    client: Client, tokens: dict[str, Any], clock: FrozenClock
) -> None:
    clock.advance(timedelta(minutes=6))
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    answer = await client.post(
        "/api/v1/auth/refresh", headers=headers, json={"refresh_token": tokens["refresh_token"]}
    )
    assert answer.status_code == 200


async def test_a_session_is_revoked_once_and_unknown_tokens_sign_nobody_out(
    opened: Platform, client: Client, tokens: dict[str, Any]
) -> None:
    other = await signed_in(client)
    headers = {"Authorization": f"Bearer {other['access_token']}"}
    for _ in range(2):
        path = f"/api/v1/me/sessions/{tokens['session_id']}"
        assert (await client.delete(path, headers=headers)).status_code == 204
    ends = "SELECT count(*) FROM audit_entry WHERE action = 'session.ended'"
    assert await opened.pool.fetchval(ends) == 1
    out = await client.post("/api/v1/auth/logout", json={"refresh_token": "unknown"})
    assert out.status_code == 204


async def test_long_expired_sessions_are_forgotten(
    opened: Platform, client: Client, tokens: dict[str, Any], clock: FrozenClock
) -> None:
    clock.advance(timedelta(days=45))
    fresh = await signed_in(client)
    await forget_sessions(opened.works)
    left = await opened.pool.fetch("SELECT id FROM login_session")
    assert [str(row["id"]) for row in left] == [fresh["session_id"]]
    assert await opened.pool.fetchval("SELECT count(*) FROM refresh_token") == 1


async def test_a_hash_with_old_parameters_is_renewed_at_sign_in(
    opened: Platform, client: Client, tokens: dict[str, Any]
) -> None:
    weak = await Passwords(memory_kib=32, time_cost=1).hash(PASSWORD)
    await opened.pool.execute("UPDATE credential SET password_hash = $1", weak)
    await signed_in(client)
    renewed = await opened.pool.fetchval("SELECT password_hash FROM credential")
    assert "m=64," in renewed
    assert (await signed_in(client))["token_type"] == "Bearer"
