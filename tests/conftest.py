"""What tests stand on: a real PostgreSQL, one database per test process, a clock that is told."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import asyncpg
import hypothesis
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient
from sqlalchemy.engine import make_url

from lms.app import Platform, create_app, platform
from lms.kernel.actor import Actor
from lms.kernel.clock import FrozenClock
from lms.kernel.db import plain_dsn
from lms.kernel.queue import Delivery, deliver
from lms.kernel.work import Works
from lms.migrating import migrate
from lms.serving.postgres.ephemeral import ephemeral_cluster
from lms.settings import Settings

hypothesis.settings.register_profile("untimed", deadline=None)  # timing is never asserted
hypothesis.settings.load_profile("untimed")

MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""A Monday, nine o'clock in Hong Kong: where every test's clock starts."""

APP_ROLE = "lms_app"
FILLED = """
    SELECT quote_ident(schemaname) || '.' || quote_ident(relname) FROM pg_stat_user_tables
    WHERE schemaname IN ('public', 'queue')
        AND relname NOT IN ('alembic_version', 'issuer', 'session_key')
    ORDER BY relid
"""


@dataclass(frozen=True)
class TestServer:
    """Addresses of a PostgreSQL that may be filled and emptied."""

    __test__ = False
    admin_url: str

    def url(self, database: str, role: str | None = None) -> str:
        url = make_url(self.admin_url).set(database=database)
        if role is not None:
            url = url.set(username=role, password=role)
        return url.render_as_string(hide_password=False)


async def _admin(server: TestServer, *statements: str, database: str = "postgres") -> None:
    connection = await asyncpg.connect(plain_dsn(server.url(database)))
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def server() -> Iterator[TestServer]:
    """The server named by LMS_TEST_DATABASE_URL, else an embedded one of this test process."""
    given = os.environ.get("LMS_TEST_DATABASE_URL")
    if given:
        yield TestServer(given)
        return
    with ephemeral_cluster() as cluster:
        yield TestServer(cluster.url("postgres", "postgres"))


@pytest.fixture(scope="session")
async def template(server: TestServer) -> AsyncIterator[str]:
    """A migrated, empty database that tests clone or use."""
    name = f"lms_template_{os.getpid()}"
    await _admin(
        server,
        f"""DO $$ BEGIN CREATE ROLE {APP_ROLE} LOGIN NOSUPERUSER PASSWORD '{APP_ROLE}';
            EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$""",
        f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
        f"CREATE DATABASE {name}",
    )
    await migrate(server.url(name), app_role=APP_ROLE)
    yield name
    await _admin(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
async def database(server: TestServer, template: str) -> AsyncIterator[str]:
    """This test process's database; every test finds it empty."""
    name = f"lms_test_{os.getpid()}"
    await _admin(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield name
    await _admin(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def chosen(server: TestServer, database: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of the tests: cheap password hashing, a data folder of their own."""
    return Settings(
        env="test",
        database_url=server.url(database, APP_ROLE),
        database_owner_url=server.url(database),
        data_dir=tmp_path_factory.mktemp("data"),
        argon2_memory_kib=64,
        argon2_time_cost=1,
        secret="a secret for tests only, 32 bytes+",
    )


@pytest.fixture(scope="session")
def clock() -> FrozenClock:
    return FrozenClock(MORNING)


@pytest.fixture(scope="session")
async def opened(chosen: Settings, clock: FrozenClock) -> AsyncIterator[Platform]:
    """The platform without HTTP: works, wiring, pool."""
    async with platform(chosen, clock) as ready:
        yield ready


@pytest.fixture(scope="session")
async def app(chosen: Settings, clock: FrozenClock) -> Litestar:
    return create_app(chosen, clock)


@pytest.fixture(scope="session")
async def client(app: Litestar) -> AsyncIterator[AsyncTestClient[Litestar]]:
    """The API over HTTP, in this process, with real commits."""
    async with AsyncTestClient(app, raise_server_exceptions=False) as ready:
        yield ready


@pytest.fixture
def works(opened: Platform) -> Works:
    return opened.works


@pytest.fixture
def system() -> Actor:
    return Actor.system("test")


@pytest.fixture(autouse=True)
async def _clean(request: pytest.FixtureRequest) -> None:
    """Before a test that touches the database: the morning's clock and empty tables."""
    if "opened" in request.fixturenames or "client" in request.fixturenames:
        request.getfixturevalue("clock").at = MORNING
        await request.getfixturevalue("broom").sweep()


@dataclass
class Broom:
    """The owner's connection that empties tables: kept, since its plans are half of the work."""

    address: str
    connection: asyncpg.Connection | None = None

    async def sweep(self) -> None:
        """Delete from the tables that hold rows: a tenth of what TRUNCATE takes."""
        if self.connection is None:
            self.connection = await asyncpg.connect(self.address)
            await self.connection.execute("SET session_replication_role = replica")
        tables = [row[0] for row in await self.connection.fetch(FILLED)]
        probe = " UNION ALL ".join(
            f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})"  # noqa: S608 - from the catalogue
            for name in tables
        )
        for row in await self.connection.fetch(probe):
            await self.connection.execute(f"DELETE FROM {row[0]}")  # noqa: S608 - as above
        await _same_session_keys(self.connection)


@pytest.fixture(scope="session")
def broom(server: TestServer, database: str) -> Iterator[Broom]:
    swept = Broom(plain_dsn(server.url(database)))
    yield swept
    if swept.connection is not None:
        swept.connection.terminate()


FIRST_KEYS: list[asyncpg.Record] = []
"""The session keys of the first test that made one; every test begins with these."""


async def _same_session_keys(connection: asyncpg.Connection) -> None:
    """Undo what a test with a moved clock did to the keys that processes have read."""
    if not FIRST_KEYS:
        query = "SELECT * FROM session_key WHERE signs_from = $1"
        FIRST_KEYS.extend(await connection.fetch(query, MORNING))
        return
    await connection.execute("DELETE FROM session_key")
    await connection.executemany(
        """INSERT INTO session_key (id, sealed_private, public, made_at, signs_from)
           VALUES ($1, $2, $3, $4, $5)""",
        [
            tuple(key[name] for name in ("id", "sealed_private", "public", "made_at", "signs_from"))
            for key in FIRST_KEYS
        ],
    )


@pytest.fixture
def settle(opened: Platform) -> Callable[[], Awaitable[int]]:
    """Deliver every waiting event to its handlers, as the worker does, until none is left."""

    async def run() -> int:
        done = 0
        while True:
            rows = await opened.pool.fetch(
                "DELETE FROM queue.pgqueuer WHERE status = 'queued' RETURNING id, payload"
            )
            if not rows:
                return done
            for row in sorted(rows, key=lambda found: found["id"]):
                await deliver(opened.works, Delivery.of(row["payload"]))
                done += 1

    return run


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Full-size properties run only when asked for by name: `make soak`.

    Of the shuffled rest, what starts processes comes first: the longest tests then run beside many
    short ones, and no test process ends up waiting for the other's last long one.
    """
    items.sort(key=lambda item: "processes" not in item.keywords)
    if "soak" in (config.getoption("-m") or ""):
        return
    kept = [item for item in items if "soak" not in item.keywords]
    config.hook.pytest_deselected(items=[item for item in items if "soak" in item.keywords])
    items[:] = kept


async def gather(*calls: Awaitable[Any]) -> list[Any]:
    """Run calls at once and answer results and exceptions alike."""
    return await asyncio.gather(*calls, return_exceptions=True)
