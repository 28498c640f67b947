import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pyotp
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from lms import role_rights
from lms.app import Platform, create_app
from lms.kernel.actor import Actor
from lms.kernel.clock import FrozenClock
from lms.kernel.crypto import Sealer
from lms.kernel.db import ISSUER_REACH
from lms.kernel.problems import Unauthenticated
from lms.people.commands import replace_session_keys
from lms.people.grants.roles import Role
from lms.people.parts import People
from lms.people.persons.permissions import READ_PEOPLE
from lms.people.sessions.authentication import roles_in_force, token_in
from lms.people.sessions.key_ring import KeyRing
from lms.people.sessions.key_rotation import KNOWN_BEFORE_SIGNING, ROTATED_EVERY
from lms.settings import Settings
from tests.builders.people import PASSWORD, a_person, signed_in, somebody, with_password

Client = AsyncTestClient[Litestar]
BOSS = "boss@example.org"
COMPANY = UUID(int=77)


async def test_an_actor_has_the_rights_of_their_grants(opened: Platform) -> None:
    person_id, headers = await somebody(opened, Role.AUDITOR)
    actor = await opened.people.authentication.actor_of(headers["Authorization"], "r1")
    assert actor.person == person_id
    assert actor.may(READ_PEOPLE)
    assert (actor.reach, actor.request_id) == (ISSUER_REACH, "r1")


async def test_a_managers_reach_is_not_the_issuers(opened: Platform) -> None:
    _, headers = await somebody(opened, Role.COMPANY_MANAGER, COMPANY)
    actor = await opened.people.authentication.actor_of(headers["Authorization"])
    assert (actor.reach, actor.roles) == ("", {"company_manager"})


async def test_each_request_costs_one_statement(
    opened: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, headers = await somebody(opened)
    authentication = opened.people.authentication
    await authentication.actor_of(headers["Authorization"])
    seen: list[str] = []

    class Counting:
        async def fetchrow(self, statement: str, *values: object) -> Any:
            seen.append(statement)
            return await opened.pool.fetchrow(statement, *values)

    monkeypatch.setattr(opened.works, "pool", Counting())
    await authentication.actor_of(headers["Authorization"])
    assert len(seen) == 1


async def test_a_known_token_opens_nothing_once_its_time_is_over(
    opened: Platform, clock: FrozenClock
) -> None:
    _, headers = await somebody(opened)
    await opened.people.authentication.claims_of(headers["Authorization"])
    clock.advance(timedelta(minutes=5))
    with pytest.raises(Unauthenticated):
        await opened.people.authentication.claims_of(headers["Authorization"])


@pytest.mark.parametrize("header", [None, "", "Bearer", "Basic abc", "Bearer ünsinn"])
def test_what_is_no_bearer_token_is_nobody(header: str | None) -> None:
    with pytest.raises(Unauthenticated):
        token_in(header)


def test_the_scheme_is_read_in_any_case() -> None:
    assert token_in("bEARER  a.b.c ") == "a.b.c"


def test_enforced_roles_are_withheld_from_a_session_without_second_factor() -> None:
    grants: list[tuple[str, UUID | None]] = [
        ("admin", None),
        ("trainer", None),
        ("company_manager", COMPANY),
    ]
    weak = roles_in_force(grants, ("pwd",), second_factor_required=True)
    assert weak == [("trainer", None)]
    assert roles_in_force(grants, ("pwd", "otp"), second_factor_required=True) == grants
    assert roles_in_force(grants, ("pwd",), second_factor_required=False) == grants


@pytest.fixture
async def strict(chosen: Settings, clock: FrozenClock, opened: Platform) -> AsyncIterator[Client]:
    """The API where the operator enforces second factors."""
    app = create_app(chosen.model_copy(update={"second_factor_required": True}), clock)
    async with AsyncTestClient(app, raise_server_exceptions=False) as ready:
        yield ready


async def test_where_it_is_enforced_an_admin_sets_a_second_factor_up_first(
    opened: Platform, strict: Client, clock: FrozenClock
) -> None:
    async with opened.works.write(Actor.system("test")) as work:
        person = await a_person(work, email=BOSS, role=Role.ADMIN)
    await with_password(opened, person.id)
    shown = {"email": BOSS, "password": PASSWORD}
    refused = await strict.post("/api/v1/auth/token", json=shown)
    assert refused.status_code == 403
    assert refused.json()["type"] == "/problems/second_factor_enrolment_needed"
    token = refused.json()["enrolment_token"]
    opens = await strict.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert opens.status_code == 401, "it opens nothing else"
    path = "/api/v1/auth/second-factor-enrolments"
    begun = await strict.post(path, json={"enrolment_token": token})
    assert begun.status_code == 201, begun.text
    totp = pyotp.TOTP(begun.json()["secret"])
    code = totp.at(clock.now())
    confirmed = await strict.post(
        f"{path}/confirmation", json={"enrolment_token": token, "code": code}
    )
    assert len(confirmed.json()["recovery_codes"]) == 10
    again = await strict.post(path, json={"enrolment_token": token})
    assert again.status_code == 409, "it replaces no second factor"
    clock.advance(timedelta(seconds=30))
    tokens = await strict.post("/api/v1/auth/token", json={**shown, "code": totp.at(clock.now())})
    assert tokens.status_code == 200
    headers = {"Authorization": f"Bearer {tokens.json()['access_token']}"}
    assert (await strict.get("/api/v1/people", headers=headers)).status_code == 200


async def test_an_access_token_is_no_enrolment_token(opened: Platform, strict: Client) -> None:
    _, headers = await somebody(opened)
    token = headers["Authorization"].removeprefix("Bearer ")
    answer = await strict.post(
        "/api/v1/auth/second-factor-enrolments", json={"enrolment_token": token}
    )
    assert answer.status_code == 401


async def test_an_enrolment_token_ends_with_the_epoch(opened: Platform, strict: Client) -> None:
    async with opened.works.write(Actor.system("test")) as work:
        person = await a_person(work, role=Role.ADMIN)
    now = opened.works.clock.now()
    token = await opened.people.sessions.enrolment_token(person.id, 1, now)
    await opened.pool.execute("UPDATE person SET epoch = 2")
    answer = await strict.post(
        "/api/v1/auth/second-factor-enrolments", json={"enrolment_token": token}
    )
    assert answer.status_code == 401


async def test_a_learner_needs_none_and_a_weak_session_lacks_the_role(
    opened: Platform, strict: Client
) -> None:
    person_id, headers = await somebody(opened, Role.ADMIN)
    assert (await strict.get("/api/v1/me", headers=headers)).status_code == 200
    assert (await strict.get("/api/v1/people", headers=headers)).status_code == 403
    strong = await signed_in(opened, person_id, "pwd otp")
    assert (await strict.get("/api/v1/people", headers=strong)).status_code == 200


@pytest.fixture
async def no_keys(opened: Platform) -> AsyncIterator[None]:
    """Session keys of this test's own; those of other tests are put back."""
    kept = await opened.pool.fetch("SELECT * FROM session_key")
    await opened.pool.execute("DELETE FROM session_key")
    yield
    await opened.pool.execute("DELETE FROM session_key")
    for row in kept:
        await opened.pool.execute("INSERT INTO session_key VALUES ($1, $2, $3, $4, $5)", *row)


def ring(opened: Platform) -> KeyRing:
    secret = opened.settings.secret.get_secret_value().encode()
    return KeyRing(opened.works, Sealer(secret, "session keys"))


@pytest.mark.usefixtures("no_keys")
async def test_processes_that_start_at_once_agree_on_one_key(opened: Platform) -> None:
    keys = await asyncio.gather(*(ring(opened).signing() for _ in range(6)))
    assert len({key.id for key in keys}) == 1
    assert await opened.pool.fetchval("SELECT count(*) FROM session_key") == 1


@pytest.mark.usefixtures("no_keys")
async def test_a_rotated_key_takes_over_and_the_old_one_goes(
    opened: Platform, clock: FrozenClock
) -> None:
    one, other = ring(opened), ring(opened)
    old = (await one.signing()).id
    assert not await one.rotate()
    clock.advance(ROTATED_EVERY)
    assert await one.rotate()
    assert not await other.rotate()
    clock.advance(timedelta(minutes=1))
    assert (await other.signing()).id == old
    assert len(await other.verifying()) == 2
    clock.advance(KNOWN_BEFORE_SIGNING)
    assert (await other.signing()).id != old
    clock.advance(timedelta(minutes=20))
    await one.rotate()
    assert await opened.pool.fetchval("SELECT count(*) FROM session_key") == 1


@pytest.mark.usefixtures("no_keys")
async def test_after_a_leak_every_token_is_worthless_within_a_minute(
    opened: Platform, clock: FrozenClock
) -> None:
    people = People.of(opened.settings, opened.works, role_rights.rights)
    async with opened.works.write(Actor.system("test")) as work:  # the shared ring signs nothing
        person_id = (await a_person(work)).id
    bearer_of = Platform(
        opened.settings, opened.engine, opened.pool, opened.works, opened.wiring, people
    )
    headers = await signed_in(bearer_of, person_id)
    await people.authentication.claims_of(headers["Authorization"])
    await replace_session_keys(opened.works, ring(opened), "a stolen backup")
    clock.advance(timedelta(minutes=1))
    with pytest.raises(Unauthenticated):
        await people.authentication.claims_of(headers["Authorization"])


@pytest.mark.usefixtures("no_keys")
async def test_the_private_key_is_sealed_in_the_database(opened: Platform) -> None:
    key = await ring(opened).signing()
    stored = await opened.pool.fetchval("SELECT sealed_private FROM session_key")
    assert key.private.private_bytes_raw() not in stored


@pytest.mark.usefixtures("no_keys")
async def test_the_worker_rotates_the_keys(opened: Platform, clock: FrozenClock) -> None:
    (tick,) = [tick for tick in opened.wiring.ticks if tick.name == "people.rotate-session-keys"]
    for _ in range(2):
        await tick.run(opened.works)
        clock.advance(ROTATED_EVERY)
    assert await opened.pool.fetchval("SELECT count(*) FROM session_key") == 2
