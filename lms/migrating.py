"""Bringing a database to the newest schema, and giving the application's role its rights."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from lms.kernel.db import DIALECT, reaching

ROOT = Path(__file__).resolve().parents[1]
LOCK = "SELECT pg_advisory_lock(hashtext('lms-migrate'))"
UNLOCK = "SELECT pg_advisory_unlock(hashtext('lms-migrate'))"

GRANTS = (
    "GRANT USAGE ON SCHEMA public, queue TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public, queue TO {role}",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public, queue TO {role}",
    "GRANT TEMPORARY ON DATABASE {database} TO {role}",  # roster files are staged in one
)


def alembic_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration: from pyproject.toml, wherever the process was started."""
    config = Config(toml_file=ROOT / "pyproject.toml")
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["connection"] = connection
    return config


async def migrate(owner_url: str, *, app_role: str | None = None) -> None:
    """Upgrade to head, one migrator at a time.

    `app_role` is the role, other than the owner, that the application connects as.
    """
    engine = create_async_engine(
        DIALECT, poolclass=NullPool, connect_args={"async_creator_fn": reaching(owner_url)}
    )
    try:
        async with engine.connect() as connection:
            await connection.execute(text(LOCK))
            await connection.commit()
            await connection.run_sync(_upgrade)
            await connection.commit()
            if app_role is not None:
                await _grant(connection, app_role)
            await connection.execute(text(UNLOCK))
            await connection.commit()
    finally:
        await engine.dispose()


async def _grant(connection: AsyncConnection, app_role: str) -> None:
    quoted = connection.dialect.identifier_preparer.quote_identifier
    database = await connection.scalar(text("SELECT current_database()"))
    for grant in GRANTS:
        statement = grant.format(role=quoted(app_role), database=quoted(str(database)))
        await connection.exec_driver_sql(statement)


def _upgrade(connection: Connection) -> None:
    command.upgrade(alembic_config(connection), "head")
