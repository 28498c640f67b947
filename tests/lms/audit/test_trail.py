"""Who did what, before and after, why, in which request; and never changed again."""

import asyncpg
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from lms.app import Platform
from lms.kernel.actor import Actor
from lms.kernel.db import plain_dsn
from lms.people.grants.roles import Role
from lms.settings import Settings
from tests.builders.people import PASSWORD, a_person, somebody, with_password

Client = AsyncTestClient[Litestar]
CHAN = "tai.man@example.org"
CHANGES = (
    "UPDATE audit_entry SET reason = 'none'",
    "DELETE FROM audit_entry",
    "TRUNCATE audit_entry CASCADE",
)


async def test_an_entry_says_who_what_before_after_why_and_in_which_request(
    opened: Platform, client: Client
) -> None:
    admin_id, admin = await somebody(opened, Role.ADMIN)
    chan_id, chan = await somebody(opened)
    edited = await client.patch(
        "/api/v1/me", headers={**chan, "If-Match": '"1"'}, json={"language": "zh-Hant"}
    )
    disabled = await client.post(
        f"/api/v1/people/{chan_id}/disabling",
        headers={**admin, "X-Request-Id": "ticket-4711"},
        json={"reason": "a forged passport"},
    )
    assert disabled.headers["X-Request-Id"] == "ticket-4711"
    _, auditor = await somebody(opened, Role.AUDITOR)
    trail = await client.get(f"/api/v1/audit-entries?subject_id={chan_id}", headers=auditor)
    shut_out, language, entered = trail.json()["items"]
    assert entered["action"] == "person.entered"
    assert {name: language[name] for name in ("action", "actor_kind", "actor_id", "reason")} == {
        "action": "person.language-changed",
        "actor_kind": "person",
        "actor_id": str(chan_id),
        "reason": None,
    }
    assert (language["before"], language["after"]) == ({"language": "en"}, {"language": "zh-Hant"})
    assert language["request_id"] == edited.headers["X-Request-Id"]
    assert (shut_out["actor_id"], shut_out["reason"]) == (str(admin_id), "a forged passport")
    assert shut_out["request_id"] == "ticket-4711"
    assert (shut_out["subject_kind"], shut_out["subject_id"]) == ("person", str(chan_id))


async def test_the_trail_is_narrowed_by_actor_and_act_and_paged(
    opened: Platform, client: Client
) -> None:
    admin_id, admin = await somebody(opened, Role.ADMIN)
    for _ in range(3):
        person_id, _ = await somebody(opened)
        path = f"/api/v1/people/{person_id}/grants"
        given = {"role": "trainer", "reason": "our next class"}
        await client.post(path, headers=admin, json=given)
    query = f"/api/v1/audit-entries?actor_id={admin_id}&action=role.given&limit=2"
    first = (await client.get(query, headers=admin)).json()
    rest = (await client.get(f"{query}&cursor={first['next_cursor']}", headers=admin)).json()
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (2, 1, None)
    assert [row["subject_id"] for row in rest["items"]] != [str(person_id)], "the oldest comes last"


@pytest.mark.parametrize("change", CHANGES)
async def test_the_application_changes_no_entry(opened: Platform, change: str) -> None:
    await somebody(opened)
    with pytest.raises(asyncpg.PostgresError):
        await opened.pool.execute(change)


@pytest.mark.parametrize("change", CHANGES)
async def test_not_even_the_tables_owner_changes_one_unnoticed(
    opened: Platform, chosen: Settings, change: str
) -> None:
    await somebody(opened)
    connection = await asyncpg.connect(plain_dsn(chosen.database_owner_url))
    try:
        with pytest.raises(asyncpg.RestrictViolationError, match="never changed"):
            await connection.execute(change)
    finally:
        await connection.close()


async def test_what_happens_to_sessions_carries_its_request_too(
    opened: Platform, client: Client
) -> None:
    async with opened.works.write(Actor.system("test")) as work:
        person = await a_person(work, email=CHAN, role=Role.ADMIN)
    await with_password(opened, person.id)
    for path in ("refresh", "refresh", "logout"):
        shown = {"email": CHAN, "password": PASSWORD}
        tokens = (await client.post("/api/v1/auth/token", json=shown)).json()
        for _ in range(2):
            body = {"refresh_token": tokens["refresh_token"]}
            await client.post(f"/api/v1/auth/{path}", json=body)
    now = opened.works.clock.now()
    token = await opened.people.sessions.enrolment_token(person.id, person.epoch, now)
    path = "/api/v1/auth/second-factor-enrolments"
    assert (await client.post(path, json={"enrolment_token": token})).status_code == 201
    rows = await opened.pool.fetch(
        "SELECT action FROM audit_entry WHERE request_id <> '' ORDER BY id"
    )
    assert [row["action"] for row in rows] == [
        *(["session.begun", "session.ended"] * 3),
        "second-factor.begun",
    ]
