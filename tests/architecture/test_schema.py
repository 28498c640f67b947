"""Migrations and models say the same: a dump of each, compared line by line."""

import os
import re
import runpy
import subprocess
from pathlib import Path

import asyncpg

from lms import tables
from lms.kernel.db import engine, metadata, plain_dsn
from lms.serving.postgres.account import Account, current_name
from lms.serving.postgres.binaries import binaries_for
from tests.conftest import TestServer

OURSELVES = Account(current_name(), os.geteuid(), os.getegid(), switched=False)
VERSIONS = Path(__file__).parents[2] / "migrations" / "versions"
NOISE = re.compile(r"^(--.*|\\(un)?restrict .*|SET .*|SELECT pg_catalog.*|)$")


def dump(server: TestServer, database: str) -> list[str]:
    """The schema as statements, without noise, columns of a table in name order."""
    text = subprocess.run(
        [
            binaries_for(OURSELVES).program("pg_dump"),
            "-s",
            "--no-owner",
            "--no-privileges",
            "--exclude-table=alembic_version",
            plain_dsn(server.url(database)),
        ],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    kept = "\n".join(line for line in text.splitlines() if not NOISE.match(line))
    return sorted(_sorted_columns(one) for one in kept.split(";\n"))


def _sorted_columns(statement: str) -> str:
    if not statement.startswith("CREATE TABLE"):
        return statement
    head, *columns = statement.splitlines()
    return "\n".join([head, *sorted(column.rstrip(",") for column in columns)])


async def test_migrations_equal_models(server: TestServer, template: str) -> None:
    name = f"{template}_models"
    admin = await asyncpg.connect(plain_dsn(server.url("postgres")))
    await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    await admin.execute(f"CREATE DATABASE {name}")
    try:
        await _create_from_models(server.url(name))
        assert dump(server, name) == dump(server, template)
    finally:
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()


async def _create_from_models(url: str) -> None:
    tables.load()
    building = engine(url, pool_size=1)
    async with building.begin() as connection:
        for statement in _foundation():
            await connection.exec_driver_sql(statement)
        await connection.run_sync(metadata.create_all)
        for statement in tables.extra_ddl():
            await connection.exec_driver_sql(statement)
    await building.dispose()


def _foundation() -> list[str]:
    """What the first migration makes before any table: functions, a type, PgQueuer's schema."""
    found = runpy.run_path(str(VERSIONS / "2026_11_22_01_platform.py"))["FOUNDATION"]
    assert isinstance(found, tuple)
    return list(found)


def test_there_is_one_head() -> None:
    parents = {
        match.group(1)
        for path in VERSIONS.glob("*.py")
        if (match := re.search(r'down_revision: str \| None = "(\w+)"', path.read_text()))
    }
    assert len({path.stem for path in VERSIONS.glob("*.py")} - parents) == 1
