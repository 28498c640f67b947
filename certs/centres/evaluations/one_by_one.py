"""Going through centres, each in its own transaction, so that one that fails holds up no other."""

from collections.abc import Awaitable, Callable, Iterable
from uuid import UUID

import structlog

from lms.kernel.actor import Actor
from lms.kernel.work import Work, Works

log = structlog.get_logger(__name__)


async def one_by_one(
    works: Works,
    actor: Actor,
    centre_ids: Iterable[UUID],
    run: Callable[[Work, UUID], Awaitable[object]],
) -> set[UUID]:
    """Run a verb on every centre; answers those that failed, which have been logged."""
    failed = set()
    for centre_id in centre_ids:
        try:
            async with works.write(actor) as work:
                await run(work, centre_id)
        except Exception:
            failed.add(centre_id)
            log.exception("centre failed", centre_id=str(centre_id), doing=actor.reason)
    return failed
