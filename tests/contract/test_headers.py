"""Headers that say how a request is meant: the revision seen, the key of a repeat, who asks."""

import asyncio
from typing import Any

import pytest

from lms.app import Platform
from lms.people.grants.roles import Role
from tests.builders.people import somebody
from tests.builders.queueing import at_once, in_line
from tests.contract.estate import Client
from tests.contract.hostile import HEADERS

ORGANISATIONS = "/api/v1/organisations"
BODY = {"name_en": "Harbour Telecom"}


@pytest.fixture
async def admin(opened: Platform, client: Client) -> dict[str, str]:
    _, headers = await somebody(opened, Role.ADMIN)
    return headers


async def companies(client: Client, admin: dict[str, str]) -> list[dict[str, Any]]:
    listed = await client.get(ORGANISATIONS, headers=admin)
    items: list[dict[str, Any]] = listed.json()["items"]
    return items


async def test_a_repeat_with_the_same_key_is_the_same_success(client: Client, admin) -> None:
    headers = admin | {"Idempotency-Key": "one"}
    first = await client.post(ORGANISATIONS, json=BODY, headers=headers)
    second = await client.post(ORGANISATIONS, json=BODY, headers=headers)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert second.headers["Idempotent-Replayed"] == "true"
    assert len(await companies(client, admin)) == 1


async def test_requests_at_once_with_the_same_key_are_one(
    client: Client, opened: Platform, admin
) -> None:
    headers = admin | {"Idempotency-Key": "one"}
    calls = [client.post(ORGANISATIONS, json=BODY, headers=headers) for _ in range(6)]
    async with opened.pool.acquire() as connection, connection.transaction():
        await connection.execute("LOCK TABLE organisation IN SHARE MODE")
        waiting = asyncio.create_task(at_once(*calls))
        await in_line(opened, 6)
    answers = await waiting
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len(await companies(client, admin)) == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (ORGANISATIONS, {"name_en": "Another"}),
        (ORGANISATIONS, BODY | {"note": "more"}),
        ("/api/v1/organisation-applications", BODY),
    ],
)
async def test_a_key_that_comes_with_another_request_is_refused(
    client: Client, admin, path: str, body: dict[str, str]
) -> None:
    headers = admin | {"Idempotency-Key": "one"}
    await client.post(ORGANISATIONS, json=BODY, headers=headers)
    answer = await client.post(path, json=body, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/idempotency_key_reused"
    assert len(await companies(client, admin)) == 1


async def test_a_key_belongs_to_whoever_sent_it(client: Client, opened: Platform, admin) -> None:
    _, other = await somebody(opened, Role.ADMIN)
    key = {"Idempotency-Key": "one"}
    first = await client.post(ORGANISATIONS, json=BODY, headers=admin | key)
    second = await client.post(ORGANISATIONS, json=BODY, headers=other | key)
    assert first.json()["id"] != second.json()["id"]


async def test_a_refused_request_leaves_its_key_free(client: Client, admin) -> None:
    headers = admin | {"Idempotency-Key": "one"}
    refused = await client.post(ORGANISATIONS, json={}, headers=headers)
    assert refused.status_code == 422
    assert (await client.post(ORGANISATIONS, json=BODY, headers=headers)).status_code == 201


async def test_a_key_that_is_too_long_is_refused(client: Client, admin) -> None:
    for length, status in ((255, 201), (256, 422), (8000, 422)):
        headers = admin | {"Idempotency-Key": "x" * length}
        answer = await client.post(ORGANISATIONS, json=BODY, headers=headers)
        assert answer.status_code == status


async def test_an_edit_needs_the_revision_that_was_seen(client: Client, admin) -> None:
    made = await client.post(ORGANISATIONS, json=BODY, headers=admin)
    path = f"{ORGANISATIONS}/{made.json()['id']}"
    assert (await client.patch(path, json=BODY, headers=admin)).status_code == 428
    for value in HEADERS["If-Match"]:
        if value == 'W/"1"':  # the revision itself, as a proxy that compresses hands it on
            continue
        headers = {**{k: v.encode() for k, v in admin.items()}, "If-Match": value.encode()}
        answer = await client.patch(path, json=BODY, headers=headers)
        assert answer.status_code == 412, value
    headers = admin | {"If-Match": made.headers["ETag"]}
    edited = await client.patch(path, json={"name_en": "Tseung Kwan O"}, headers=headers)
    assert edited.status_code == 200
    assert edited.headers["ETag"] != made.headers["ETag"]


@pytest.mark.parametrize("value", HEADERS["Authorization"])
async def test_what_is_no_token_is_nobody(client: Client, opened: Platform, value: str) -> None:
    headers = {"Authorization": value.encode()}
    for path in ("/api/v1/me", "/api/v1/me/results", ORGANISATIONS):
        answer = await client.get(path, headers=headers)
        assert answer.status_code == 401, path
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert (await client.get("/api/v1/courses", headers=headers)).status_code == 200


async def test_a_request_id_of_theirs_is_kept_and_a_bad_one_is_not(client: Client, opened) -> None:
    kept = await client.get("/health/live", headers={"X-Request-Id": "a-request-of-mine"})
    assert kept.headers["X-Request-Id"] == "a-request-of-mine"
    for value in HEADERS["X-Request-Id"]:
        answer = await client.get("/health/live", headers={"X-Request-Id": value.encode()})
        assert answer.headers["X-Request-Id"].encode() != value.encode()
