"""The queue's promises (ADR-0002), with real worker processes that are really killed."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
from structlog.testing import capture_logs

from lms.app import Platform
from lms.kernel import db
from lms.kernel.actor import Actor
from lms.kernel.clock import SystemClock
from lms.kernel.db import plain_dsn
from lms.kernel.events import Tick
from lms.kernel.ids import new_id
from lms.kernel.queue import requeue_lost
from lms.kernel.work import Works
from lms.worker import Worker
from tests.conftest import APP_ROLE, TestServer
from tests.lms.kernel.worker_process import HANDLERS, Asked

pytestmark = pytest.mark.processes
ROOT = Path(__file__).parents[3]
PATIENCE = 90.0


class Bench:
    """One database of its own, and a worker that is restarted when it dies, as serve does."""

    def __init__(self, url: str, works: Works, admin: asyncpg.Connection) -> None:
        self.url = url
        self.works = works
        self.admin = admin
        self.deaths = 0
        self._process: subprocess.Popen[bytes] | None = None

    async def ask(self, how: str, *, undo: bool = False) -> Asked:
        asked = Asked(subject_id=new_id(), how=how)
        with suppress(ZeroDivisionError):
            async with self.works.write(Actor.system("test")) as work:
                await work.emit(asked)
                if undo:
                    raise ZeroDivisionError
        return asked

    async def count(self, asked: Asked, what: str) -> int:
        return int(
            await self.admin.fetchval(
                "SELECT count(*) FROM seen WHERE subject_id = $1 AND what = $2",
                asked.subject_id,
                what,
            )
        )

    async def until(self, met: Callable[[], object]) -> None:
        """Keep a worker alive until the condition holds; fail when patience ends."""
        async with asyncio.timeout(PATIENCE):
            while not await met():  # type: ignore[misc]
                self._keep_alive()
                await asyncio.sleep(0.05)

    def _keep_alive(self) -> None:
        if self._process is None or self._process.poll() is not None:
            self.deaths += self._process is not None
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.lms.kernel.worker_process", self.url], cwd=ROOT
            )

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=15)


@pytest.fixture
async def bench(server: TestServer, template: str) -> AsyncIterator[Bench]:
    name = f"lms_queue_{new_id().hex}"
    admin = await asyncpg.connect(plain_dsn(server.url("postgres")))
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    own = await asyncpg.connect(plain_dsn(server.url(name)))
    await own.execute("CREATE TABLE seen (subject_id uuid, what text)")
    await own.execute(f"GRANT ALL ON seen TO {APP_ROLE}")
    url = server.url(name, APP_ROLE)
    engine, pool = db.engine(url, pool_size=2), await db.hot_pool(url, size=2)
    ready = Bench(url, Works(engine, pool, SystemClock(), HANDLERS), own)
    try:
        yield ready
    finally:
        ready.stop()
        await pool.close()
        await engine.dispose()
        await own.close()
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()


async def test_commit_delivers_and_rollback_drops(bench: Bench) -> None:
    undone = await bench.ask("do", undo=True)
    done = await bench.ask("do")
    await bench.until(lambda: bench.count(done, "done"))
    assert await bench.count(undone, "try") == 0
    assert await bench.admin.fetchval("SELECT count(*) FROM event") == 1


async def test_a_failed_handler_is_tried_again(bench: Bench) -> None:
    asked = await bench.ask("fail-once")
    await bench.until(lambda: bench.count(asked, "done"))
    assert await bench.count(asked, "try") == 2


async def test_a_killed_job_runs_again(bench: Bench) -> None:
    asked = await bench.ask("kill-once")
    await bench.until(lambda: bench.count(asked, "done"))
    assert bench.deaths == 1
    assert await bench.count(asked, "done") == 1


async def test_a_job_that_kills_its_worker_is_held_after_five_starts_and_none_beside_it(
    bench: Bench,
) -> None:
    asked = await bench.ask("kill-always")
    beside = [await bench.ask("take-long") for _ in range(3)]

    async def settled() -> object:
        return await bench.admin.fetchval(
            "SELECT bool_and(held_at IS NOT NULL OR done_at IS NOT NULL) FROM event_delivery"
        )

    await bench.until(settled)
    assert await bench.count(asked, "try") == 5
    assert await bench.count(asked, "done") == 0
    assert [await bench.count(one, "done") for one in beside] == [1, 1, 1]


async def test_a_lost_connection_recovers(bench: Bench) -> None:
    first = await bench.ask("do")
    await bench.until(lambda: bench.count(first, "done"))
    await bench.admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND usename = $1 AND pid <> pg_backend_pid()",
        APP_ROLE,
    )
    await asyncio.sleep(0.2)
    engine, pool = db.engine(bench.url, pool_size=2), await db.hot_pool(bench.url, size=2)
    bench.works = Works(engine, pool, SystemClock(), HANDLERS)
    second = await bench.ask("do")
    await bench.until(lambda: bench.count(second, "done"))
    assert bench.deaths == 0
    await pool.close()
    await engine.dispose()


async def test_a_database_that_is_away_is_told_in_a_line(opened: Platform) -> None:
    look = Tick("look", timedelta(hours=1), requeue_lost)
    worker = Worker(opened.works, "postgresql://me@/lms?host=/nowhere", [look])
    with capture_logs() as lines:
        running = asyncio.create_task(worker.run())
        while not any(line.get("tick") == "look" for line in lines):  # noqa: ASYNC110 - a log line
            await asyncio.sleep(0)
        worker.stop()
        await running
    (line,) = (line for line in lines if line.get("tick") == "look")
    assert line["event"] == "tick waits for the database"
    assert "exc_info" not in line
