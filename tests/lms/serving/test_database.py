import os
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import asyncpg
import pytest

from lms.kernel.db import plain_dsn
from lms.serving import schema
from lms.serving.database import database
from lms.serving.postgres.cluster import Cluster
from lms.serving.refusal import Refusal
from lms.serving.schema import bring_schema_up
from lms.settings import Settings
from tests.conftest import APP_ROLE, TestServer

pytestmark = pytest.mark.processes


async def answers(chosen: Settings) -> bool:
    connection = await asyncpg.connect(plain_dsn(chosen.database_url), timeout=10)
    try:
        return await connection.fetchval("SELECT true")
    finally:
        await connection.close()


async def test_a_named_server_is_used():
    with database(Settings(database_url="postgresql+asyncpg://me@db/lms")) as chosen:
        assert chosen.database_owner_url == "postgresql+asyncpg://me@db/lms"


async def test_an_embedded_server_is_started_for_a_command_and_stopped(tmp_path: Path):
    with database(Settings(data_dir=tmp_path)) as chosen:
        assert await answers(chosen)
    with pytest.raises(FileNotFoundError):
        await answers(chosen)


async def test_a_running_embedded_server_is_used_and_left_running(tmp_path: Path):
    cluster = Cluster(tmp_path, durable=False)
    cluster.start()
    try:
        with database(Settings(data_dir=tmp_path)) as chosen:
            assert await answers(chosen)
        assert await answers(chosen)
    finally:
        cluster.stop()


async def test_a_server_that_refuses_is_told_in_words(tmp_path: Path):
    with database(Settings(data_dir=tmp_path)) as chosen:
        address = chosen.database_owner_url.replace("lms_owner", "nobody_known")
        with pytest.raises(Refusal, match="refuses the way in"):
            await bring_schema_up(chosen.model_copy(update={"database_owner_url": address}))


async def test_a_server_that_is_too_old_is_told_in_words(
    chosen: Settings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(schema, "_OLDEST_POSTGRESQL", 99)
    with pytest.raises(Refusal, match="99 or newer is needed"):
        await bring_schema_up(chosen)


@pytest.fixture
async def admin(server: TestServer) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(plain_dsn(server.url("postgres")))
    yield connection
    await connection.close()


@pytest.mark.parametrize(
    ("made", "role", "told"),
    [
        ("ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'", None, "encoded in LATIN1"),
        ("; ALTER DATABASE {} SET default_transaction_read_only = on", None, "only reads"),
        ("", APP_ROLE, "role that owns the database"),
    ],
)
async def test_a_database_that_cannot_be_ours_is_told_in_words(
    admin: asyncpg.Connection,
    server: TestServer,
    chosen: Settings,
    made: str,
    role: str | None,
    told: str,
):
    name = f"lms_foreign_{os.getpid()}"
    statements = f"CREATE DATABASE {name} TEMPLATE template0 {made.format(name)}"
    try:
        for statement in statements.split(";"):
            await admin.execute(statement)
        address = {"database_owner_url": server.url(name, role)}
        with pytest.raises(Refusal, match=told):
            await bring_schema_up(chosen.model_copy(update=address))
    finally:
        await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("target_session_attrs=read-only", "does not answer"),
        ("sslmode=verify-full&sslrootcert=/no/such.pem", "sslrootcert .* is no file: /no/such.pem"),
    ],
)
async def test_what_an_address_asks_for_in_vain_is_told_in_words(
    monkeypatch: pytest.MonkeyPatch, server: TestServer, chosen: Settings, asked: str, told: str
):
    monkeypatch.setattr(schema, "_DATABASE_WITHIN", 0.0)
    url = server.url("postgres")
    address = {"database_owner_url": f"{url}{'&' if '?' in url else '?'}{asked}"}
    with pytest.raises(Refusal, match=told):
        await bring_schema_up(chosen.model_copy(update=address))


async def test_a_role_with_any_name_gets_its_rights(admin: asyncpg.Connection, chosen: Settings):
    role = f'the "app"-{os.getpid()}:é'
    quoted = '"' + role.replace('"', '""') + '"'
    await admin.execute(f"CREATE ROLE {quoted}")
    owner = await asyncpg.connect(plain_dsn(chosen.database_owner_url))
    try:
        address = f"postgresql+asyncpg://{quote(role)}:secret@db/lms"
        await bring_schema_up(chosen.model_copy(update={"database_url": address}))
        assert await owner.fetchval("SELECT has_table_privilege($1, 'person', 'UPDATE')", role)
    finally:
        await owner.execute(f"DROP OWNED BY {quoted}")
        await owner.close()
        await admin.execute(f"DROP ROLE {quoted}")
