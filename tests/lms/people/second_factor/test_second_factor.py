from datetime import timedelta
from typing import Any

import pyotp
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from lms.app import Platform
from lms.kernel.actor import Actor
from lms.kernel.clock import FrozenClock
from lms.kernel.problems import NotFound
from lms.people.commands import remove_second_factor
from lms.people.grants.roles import Role
from lms.people.sessions import service
from lms.people.sessions.service import Shown
from tests.builders.people import PASSWORD, a_person, signed_in, somebody, with_password
from tests.conftest import gather

Client = AsyncTestClient[Litestar]
CHAN = "tai.man@example.org"
STEP = timedelta(seconds=30)


@pytest.fixture
async def headers(opened: Platform) -> dict[str, str]:
    async with opened.works.write(Actor.system("test")) as work:
        person = await a_person(work, email=CHAN)
    await with_password(opened, person.id)
    return await signed_in(opened, person.id)


async def post(client: Client, path: str, headers: dict[str, str], **body: str) -> Any:
    return await client.post(f"/api/v1/me/second-factor{path}", headers=headers, json=body)


async def sign_in(client: Client, code: str | None = None, password: str = PASSWORD) -> Any:
    shown = {"email": CHAN, "password": password, **({"code": code} if code else {})}
    return await client.post("/api/v1/auth/token", json=shown)


class App:
    """An authenticator app with the clock of the tests."""

    def __init__(self, secret: str, clock: FrozenClock) -> None:
        self.totp = pyotp.TOTP(secret)
        self.clock = clock

    def code(self) -> str:
        return str(self.totp.at(self.clock.now()))

    def next_code(self) -> str:
        self.clock.advance(STEP)
        return self.code()


async def enrolled(
    client: Client, headers: dict[str, str], clock: FrozenClock
) -> tuple[App, list[str]]:
    begun = await post(client, "", headers, password=PASSWORD)
    assert begun.status_code == 201, begun.text
    app = App(begun.json()["secret"], clock)
    confirmed = await post(client, "/confirmation", headers, code=app.code())
    assert confirmed.status_code == 201, confirmed.text
    return app, confirmed.json()["recovery_codes"]


async def test_an_authenticator_counts_from_its_confirmation(
    client: Client, headers: dict[str, str], clock: FrozenClock
) -> None:
    begun = await post(client, "", headers, password=PASSWORD)
    assert "APCSC" in begun.json()["uri"]
    assert (await sign_in(client)).status_code == 200, "not confirmed yet"
    wrong = await post(client, "/confirmation", headers, code="000000")
    assert wrong.json()["errors"][0]["pointer"] == "/code"
    app = App(begun.json()["secret"], clock)
    await post(client, "/confirmation", headers, code=app.code())
    needed = await sign_in(client)
    assert (needed.status_code, needed.json()["type"]) == (401, "/problems/second_factor_needed")
    answer = await sign_in(client, app.next_code())
    assert answer.status_code == 200
    token = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    rows = (await client.get("/api/v1/me/sessions", headers=token)).json()
    assert [row["second_factor"] for row in rows] == [True, False, False]


async def test_begun_again_the_former_secret_is_worthless(
    client: Client, headers: dict[str, str], clock: FrozenClock
) -> None:
    former = (await post(client, "", headers, password=PASSWORD)).json()["secret"]
    fresh = (await post(client, "", headers, password=PASSWORD)).json()["secret"]
    wrong = await post(client, "/confirmation", headers, code=App(former, clock).code())
    assert wrong.status_code == 422
    right = await post(client, "/confirmation", headers, code=App(fresh, clock).code())
    assert right.status_code == 201


async def test_without_one_there_is_nothing_to_renew_or_remove(
    client: Client, headers: dict[str, str]
) -> None:
    for path in ("/recovery-codes", "/removal"):
        answer = await post(client, path, headers, password=PASSWORD, code="123456")
        assert answer.status_code == 422


async def test_a_code_counts_once(
    opened: Platform, client: Client, headers: dict[str, str], clock: FrozenClock
) -> None:
    app, _ = await enrolled(client, headers, clock)
    assert (await sign_in(client, app.code())).status_code == 401, "used by the confirmation"
    shown = Shown(CHAN, PASSWORD, app.next_code(), "a test")
    desk = opened.people.sessions
    ends = await gather(*(service.sign_in(opened.works, desk, shown) for _ in range(4)))
    assert sum(isinstance(end, service.Tokens) for end in ends) == 1
    assert sum(str(end) == "sign_in_refused: " for end in ends) == 3


async def test_a_wrong_code_is_answered_as_a_wrong_password(
    client: Client, headers: dict[str, str], clock: FrozenClock
) -> None:
    await enrolled(client, headers, clock)
    answers = [await sign_in(client, "000000"), await sign_in(client, "000000", "wrong")]
    assert {answer.json()["type"] for answer in answers} == {"/problems/sign_in_refused"}


async def test_a_recovery_code_opens_once(
    opened: Platform, client: Client, headers: dict[str, str], clock: FrozenClock
) -> None:
    _, recovery = await enrolled(client, headers, clock)
    assert (await sign_in(client, recovery[0].lower())).status_code == 200
    assert (await sign_in(client, recovery[0])).status_code == 401
    assert (await sign_in(client, recovery[1].replace("-", ""))).status_code == 200
    stored = str(await opened.pool.fetch("SELECT * FROM recovery_code"))
    assert recovery[2].replace("-", "") not in stored


async def test_new_recovery_codes_replace_the_former(
    client: Client, headers: dict[str, str], clock: FrozenClock
) -> None:
    app, former = await enrolled(client, headers, clock)
    answer = await post(client, "/recovery-codes", headers, password=PASSWORD, code=app.next_code())
    fresh = answer.json()["recovery_codes"]
    assert (await sign_in(client, former[0])).status_code == 401
    assert (await sign_in(client, fresh[0])).status_code == 200


async def test_removing_it_needs_password_and_code(
    client: Client, headers: dict[str, str], clock: FrozenClock
) -> None:
    app, _ = await enrolled(client, headers, clock)
    wrong = await post(client, "/removal", headers, password=PASSWORD, code="000000")
    assert wrong.status_code == 422
    wrong = await post(client, "/removal", headers, password="wrong", code=app.next_code())
    assert wrong.status_code == 403
    done = await post(client, "/removal", headers, password=PASSWORD, code=app.next_code())
    assert done.status_code == 204
    assert (await client.get("/api/v1/me", headers=headers)).status_code == 401
    assert (await sign_in(client)).status_code == 200


async def test_a_short_password_lives_only_beside_a_second_factor(
    opened: Platform, client: Client, headers: dict[str, str], clock: FrozenClock
) -> None:
    app, _ = await enrolled(client, headers, clock)
    short = "kqzmvwht"
    body = {"present_password": PASSWORD, "new_password": short}
    assert (await client.put("/api/v1/me/password", headers=headers, json=body)).status_code == 204
    tokens = (await sign_in(client, app.next_code(), short)).json()
    fresh = {"Authorization": f"Bearer {tokens['access_token']}"}
    refused = await post(client, "/removal", fresh, password=short, code=app.next_code())
    assert refused.status_code == 409


async def test_a_confirmed_one_is_not_begun_again(
    client: Client, headers: dict[str, str], clock: FrozenClock
) -> None:
    await enrolled(client, headers, clock)
    assert (await post(client, "", headers, password=PASSWORD)).status_code == 409
    assert (await post(client, "/confirmation", headers, code="123456")).status_code == 409


async def test_codes_are_not_guessed(
    client: Client, headers: dict[str, str], clock: FrozenClock
) -> None:
    await enrolled(client, headers, clock)
    told = [
        (await post(client, "/removal", headers, password=PASSWORD, code="000000")).status_code
        for _ in range(11)
    ]
    assert told == [422] * 10 + [429]


async def test_an_admin_takes_away_a_lost_one(
    opened: Platform, client: Client, headers: dict[str, str], clock: FrozenClock
) -> None:
    await enrolled(client, headers, clock)
    _, admin = await somebody(opened, Role.ADMIN)
    person_id = (await client.get("/api/v1/me", headers=headers)).json()["id"]
    path = f"/api/v1/people/{person_id}/second-factor-removal"
    reason = {"reason": "the phone was stolen"}
    assert (await client.post(path, headers=headers, json=reason)).status_code == 403
    assert (await client.post(path, headers=admin, json=reason)).status_code == 204
    assert (await client.post(path, headers=admin, json=reason)).status_code == 404
    assert (await client.get("/api/v1/me", headers=headers)).status_code == 401
    assert (await sign_in(client)).status_code == 200


async def test_the_secret_is_sealed_in_the_database(
    opened: Platform, client: Client, headers: dict[str, str]
) -> None:
    secret = (await post(client, "", headers, password=PASSWORD)).json()["secret"]
    stored = await opened.pool.fetchval("SELECT sealed_secret FROM second_factor")
    assert secret.encode() not in stored


async def test_whoever_has_the_machine_helps_the_only_admin(
    opened: Platform, client: Client, headers: dict[str, str], clock: FrozenClock
) -> None:
    await enrolled(client, headers, clock)
    with pytest.raises(NotFound):
        await remove_second_factor(opened.works, "nobody@example.org", "the phone was lost")
    await remove_second_factor(opened.works, CHAN, "the phone was lost")
    assert (await sign_in(client)).status_code == 200
