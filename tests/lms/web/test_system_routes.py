"""Routes of the platform itself: the contract, health, metrics."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import asyncpg
import httpx
import pytest
from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from pydantic import SecretStr

from lms.app import Platform
from lms.kernel import db
from lms.kernel.db import plain_dsn
from lms.kernel.revisions import FOUND, known
from lms.kernel.work import Works
from lms.settings import Environment, Settings
from lms.web import problem_responses, system_routes

HERE, ELSEWHERE = "127.0.0.1", "203.0.113.7"
NOWHERE = "postgresql+asyncpg://lms@/lms?host=/nowhere"
Edge = Callable[..., httpx.AsyncClient]


@pytest.fixture
def edge(opened: Platform) -> Edge:
    """The routes alone, under other settings or works, asked from an address."""

    def under(
        *, works: Works | None = None, address: str = HERE, **changed: object
    ) -> httpx.AsyncClient:
        chosen = opened.settings.model_copy(update=changed)
        used = works or opened.works
        app = Litestar(
            [system_routes.live, system_routes.ready, system_routes.prometheus],
            state=State({"platform": replace(opened, settings=chosen), "works": used}),
            dependencies={"works": Provide(lambda: used, sync_to_thread=False)},
            exception_handlers=problem_responses.HANDLERS,
            logging_config=None,
        )
        transport = httpx.ASGITransport(app, client=(address, 1234))
        return httpx.AsyncClient(transport=transport, base_url="http://edge")

    return under


@pytest.fixture
async def away(opened: Platform) -> AsyncIterator[Works]:
    """Works whose database is gone."""
    pool = asyncpg.create_pool(plain_dsn(NOWHERE), min_size=0, connect=db.connect)
    async with pool:
        yield Works(opened.engine, pool, opened.works.clock)


@pytest.mark.parametrize("path", ["/schema/nothing", "/schema/nothing.json", "/schema/a/b"])
async def test_an_unknown_address_below_the_contract_is_a_problem(client, path):
    answer = await client.get(path)
    assert answer.content == (await client.get("/nothing")).content
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/schema", "/schema/openapi.json"])
async def test_the_contract_is_public(client, path):
    assert (await client.get(path)).status_code == 200


async def test_it_is_ready_with_its_database_and_lives_without(edge: Edge, away: Works):
    assert (await edge().get("/health/ready")).json() == {"status": "ready"}
    answer = await edge(works=away).get("/health/ready")
    assert (answer.status_code, answer.json()["detail"]) == (503, "the database does not answer")
    assert (await edge(works=away).get("/health/live")).json() == {"status": "live"}


@pytest.mark.parametrize(
    ("found", "status"), [(known()[-2], 503), (None, 503), ("2999_01_01_01_newer", 200)]
)
async def test_it_is_ready_once_no_migration_is_missing(
    edge: Edge, chosen: Settings, found: str | None, status: int
):
    owner = await asyncpg.connect(plain_dsn(chosen.database_owner_url))
    now = await owner.fetchval(FOUND)
    try:
        await owner.execute("DELETE FROM alembic_version")
        if found:
            await owner.execute("INSERT INTO alembic_version VALUES ($1)", found)
        assert (await edge().get("/health/ready")).status_code == status
    finally:
        await owner.execute("DELETE FROM alembic_version")
        await owner.execute("INSERT INTO alembic_version VALUES ($1)", now)
        await owner.close()


async def test_it_is_ready_once_the_migration_has_given_the_application_its_rights(
    edge: Edge, chosen: Settings
):
    owner = await asyncpg.connect(plain_dsn(chosen.database_owner_url))
    try:
        await owner.execute("REVOKE SELECT ON alembic_version FROM lms_app")
        answer = await edge().get("/health/ready")
        assert answer.json()["detail"] == "the database waits for its migration"
    finally:
        await owner.execute("GRANT SELECT ON alembic_version TO lms_app")
        await owner.close()


async def test_the_newest_migration_is_what_this_release_was_written_for(opened: Platform):
    assert await opened.pool.fetchval(FOUND) == known()[-1]


async def test_metrics_count_requests_and_tell_the_queue(client, edge: Edge):
    await client.get("/health/live")
    await client.request("INVENTED", "/health/live")
    answer = await edge().get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert 'lms_requests_total{method="GET",route="/health/live",status="200"}' in answer.text
    assert 'lms_requests_total{method="other",' in answer.text
    assert "INVENTED" not in answer.text
    assert "lms_queue_waiting 0.0" in answer.text
    assert "lms_queue_held 0.0" in answer.text


async def test_metrics_are_there_while_the_database_is_not(edge: Edge, away: Works):
    answer = await edge(works=away).get("/metrics")
    assert answer.status_code == 200
    assert "lms_requests_total" in answer.text
    assert "lms_queue_waiting" not in answer.text


@pytest.mark.parametrize(
    ("address", "env", "token", "given", "status"),
    [
        (HERE, "development", "", "", 200),
        (ELSEWHERE, "development", "", "", 404),
        (HERE, "production", "", "", 404),  # a proxy on this machine lets everybody come from here
        (HERE, "production", "right", "", 404),
        (ELSEWHERE, "production", "right", "Bearer wrong", 404),
        (ELSEWHERE, "production", "right", "Bearer right", 200),
    ],
)
async def test_who_reads_metrics(
    edge: Edge, address: str, env: str, token: str, given: str, status: int
):
    asked = edge(
        address=address,
        env=Environment(env),
        metrics_token=SecretStr(token),
    )
    answer = await asked.get("/metrics", headers={"Authorization": given})
    assert answer.status_code == status
