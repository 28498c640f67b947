"""What must be so before the first request: newest schema, catalogue, first administrator."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlsplit

import asyncpg

from courses.catalogue.seed import load_catalogue
from lms.app import platform
from lms.kernel.actor import Actor
from lms.kernel.db import plain_dsn
from lms.migrating import migrate
from lms.people.signup.first_admin import ensure_first_admin
from lms.serving.refusal import Refusal
from lms.serving.terminal import say
from lms.settings import Settings

Step = Callable[[Settings], Awaitable[None]]
_DATABASE_WITHIN = 60.0
_ASK_EVERY = 0.02
FIRST_ADMIN = "admin@example.org"


async def await_database(chosen: Settings) -> None:
    """Wait while the server starts or recovers.

    Raises:
        Refusal: nobody answers, or the way in is refused.
    """
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


async def bring_schema_up(chosen: Settings) -> None:
    """Migrate as the owner; the application's role, where it is another, gets its rights."""
    application = urlsplit(chosen.database_url).username
    owner = urlsplit(chosen.database_owner_url).username
    await migrate(chosen.database_owner_url, app_role=application if application != owner else None)


async def enter_first_records(chosen: Settings) -> None:
    """Load the published courses and make the first administrator, where they are missing."""
    async with platform(chosen) as opened:
        async with opened.works.write(Actor.system("start-up")) as work:
            await load_catalogue(work)
        email = chosen.admin_email or FIRST_ADMIN
        made_up = await ensure_first_admin(
            opened.works,
            opened.people.desk,
            email,
            chosen.admin_password.get_secret_value() or None,
        )
    if made_up is not None:
        say(f"first administrator: {email}")
        say(f"password (shown this once): {made_up}")


STEPS: Sequence[Step] = (await_database, bring_schema_up, enter_first_records)


async def prepare(chosen: Settings, steps: Sequence[Step] = STEPS) -> None:
    """Run the steps in order; each may run any number of times."""
    for step in steps:
        await step(chosen)
