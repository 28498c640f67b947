"""What the operator does when it is over: let go of what only the deaths have held."""

from lms.app import platform
from lms.deliveries.service import release
from lms.kernel.actor import Actor
from lms.kernel.queue import WORKER_ENDED, Delivery
from lms.settings import Settings
from tests.crashes.verdict import looking

STRUCK = (
    "SELECT event_id, handler FROM event_delivery WHERE held_at IS NOT NULL AND last_error = $1"
)
OPERATOR = Actor.system("operator")


async def release_struck(chosen: Settings, dsn: str) -> int:
    """Release what was at work at five deaths, and answers how many that were.

    Chance may strike the same job at every start, where a machine is slow. What is held because it
    failed stays held, and is a fault.
    """
    async with looking(dsn) as connection:
        struck = [Delivery(*row) for row in await connection.fetch(STRUCK, WORKER_ENDED)]
    if struck:
        async with platform(chosen) as opened, opened.works.write(OPERATOR) as work:
            for one in struck:
                await release(work, one)
    return len(struck)
