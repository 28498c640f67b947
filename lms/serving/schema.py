"""Waiting for the database and bringing it to the newest schema. Imports tables, no feature."""

from __future__ import annotations

import asyncio
import time
from urllib.parse import urlsplit

import asyncpg

from lms.kernel.db import plain_dsn
from lms.migrating import migrate
from lms.serving.refusal import Refusal
from lms.settings import Settings

_DATABASE_WITHIN = 60.0
_ASK_EVERY = 0.02


async def bring_schema_up(chosen: Settings) -> None:
    """Migrate as the owner; the application's role, where it is another, gets its rights.

    Raises:
        Refusal: the database does not answer, or the way in is refused.
    """
    await _await_database(chosen)
    application = urlsplit(chosen.database_url).username
    owner = urlsplit(chosen.database_owner_url).username
    await migrate(chosen.database_owner_url, app_role=application if application != owner else None)


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
            await connection.close()
            return
