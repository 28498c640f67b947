"""A database that is away for a moment is a 503 that says when to come back, never our bug."""

from typing import Any

import asyncpg
import pytest
from litestar import Litestar, get
from litestar.testing import AsyncTestClient
from sqlalchemy import text

from lms.kernel import db
from lms.settings import Settings
from lms.web import problem_responses

NOWHERE = "postgresql+asyncpg://lms@/lms?host=/nowhere"
LAST_WORDS = "SELECT pg_terminate_backend(pg_backend_pid())"
DISK_FULL = "DO $$ BEGIN RAISE SQLSTATE '53100'; END $$"


async def by_engine(url: str, statement: str) -> None:
    engine = db.engine(url, pool_size=1)
    try:
        async with engine.connect() as connection:
            await connection.execute(text(statement))
    finally:
        await engine.dispose()


async def by_pool(url: str, statement: str) -> None:
    async with await db.hot_pool(url, size=1) as pool:
        await pool.fetchval(statement)


WAYS = {"engine": by_engine, "pool": by_pool}


@pytest.fixture
async def edge(chosen: Settings) -> Any:
    @get("/nowhere/{way:str}")
    async def nowhere(way: str) -> None:
        await WAYS[way](NOWHERE, "SELECT 1")

    @get("/ended/{way:str}")
    async def ended(way: str) -> None:
        await WAYS[way](chosen.database_url, LAST_WORDS)

    @get("/full/{way:str}")
    async def full(way: str) -> None:
        await WAYS[way](chosen.database_url, DISK_FULL)

    @get("/wrong/{way:str}")
    async def wrong(way: str) -> None:
        await WAYS[way](chosen.database_url, "SELECT nothing")

    @get("/exhausted")
    async def exhausted() -> None:
        engine = db.engine(chosen.database_url, pool_size=1, patience=0.01)
        try:
            async with engine.connect(), engine.connect():
                pass
        finally:
            await engine.dispose()

    @get("/closed")
    async def closed() -> None:
        raise asyncpg.InterfaceError("cannot call: the underlying connection is closed")

    @get("/muddled")
    async def muddled() -> None:
        raise asyncpg.InternalClientError("cannot switch to state 12; another operation (2)")

    app = Litestar(
        [nowhere, ended, full, wrong, exhausted, closed],
        exception_handlers=problem_responses.HANDLERS,
        logging_config=None,
    )
    async with AsyncTestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize(
    "path",
    [
        *("/nowhere/engine", "/nowhere/pool", "/ended/engine", "/ended/pool"),
        *("/full/engine", "/full/pool", "/exhausted", "/closed"),
    ],
)
async def test_a_later_try_is_asked_for(edge: AsyncTestClient[Litestar], path: str) -> None:
    answer = await edge.get(path)
    assert (answer.status_code, answer.headers.get("retry-after")) == (503, "1"), answer.text
    assert answer.json()["type"] == "/problems/unavailable"


@pytest.mark.parametrize("way", WAYS)
async def test_a_wrong_statement_stays_our_bug(edge: AsyncTestClient[Litestar], way: str) -> None:
    assert (await edge.get(f"/wrong/{way}")).status_code == 500
