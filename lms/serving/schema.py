"""Waiting for the database and bringing it to the newest schema, or refusing an older one."""

from __future__ import annotations

import asyncio
import sys
import time
from urllib.parse import urlsplit

import asyncpg

from lms.kernel.db import plain_dsn
from lms.kernel.revisions import is_behind
from lms.serving.refusal import Refusal
from lms.settings import Settings

_OLDEST_POSTGRESQL = 15
_DATABASE_WITHIN = 60.0
_ASK_EVERY = 0.02


async def bring_schema_up(chosen: Settings) -> None:
    """Migrate as the owner; the application's role, where it is another, gets its rights.

    Raises:
        Refusal: the database does not answer, the way in is refused, or it is too old.
    """
    from lms.migrating import migrate  # noqa: PLC0415 (heavy, and only a migration needs it)

    await _await_database(chosen)
    application = urlsplit(chosen.database_url).username
    owner = urlsplit(chosen.database_owner_url).username
    await migrate(chosen.database_owner_url, app_role=application if application != owner else None)


async def refuse_older_schema(pool: asyncpg.Pool) -> None:
    """Keep a process from working on a schema that its release does not know any more.

    Raises:
        Refusal: the database waits for a migration.
    """
    if await is_behind(pool):
        raise Refusal(
            "The database waits for this release's migration. Bring it up with:  "
            f"{sys.executable} -m lms migrate"
        )


async def _await_database(chosen: Settings) -> None:
    """Wait while the server starts or recovers."""
    patience = time.monotonic() + _DATABASE_WITHIN
    while True:
        try:
            connection = await asyncpg.connect(plain_dsn(chosen.database_owner_url), timeout=10)
        except (OSError, asyncpg.CannotConnectNowError) as error:
            if time.monotonic() > patience:
                raise Refusal(f"The database does not answer: {error}") from error
            await asyncio.sleep(_ASK_EVERY)
        except asyncpg.PostgresError as error:
            raise Refusal(f"The database refuses the way in: {error}") from error
        else:
            major = connection.get_server_version().major
            await connection.close()
            if major < _OLDEST_POSTGRESQL:
                raise Refusal(
                    f"The database is PostgreSQL {major}; {_OLDEST_POSTGRESQL} or newer is needed."
                )
            return
