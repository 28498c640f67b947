"""What must be so before the first request: newest schema, catalogue, first administrator."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlsplit

from lms.migrating import migrate
from lms.settings import Settings

Step = Callable[[Settings], Awaitable[None]]


async def bring_schema_up(chosen: Settings) -> None:
    """Migrate as the owner; the application's role, where it is another, gets its rights."""
    application = urlsplit(chosen.database_url).username
    owner = urlsplit(chosen.database_owner_url).username
    await migrate(chosen.database_owner_url, app_role=application if application != owner else None)


STEPS: Sequence[Step] = (bring_schema_up,)


async def prepare(chosen: Settings, steps: Sequence[Step] = STEPS) -> None:
    """Run the steps in order; each may run any number of times."""
    for step in steps:
        await step(chosen)
