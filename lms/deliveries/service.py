"""Letting a held delivery start again."""

from sqlalchemy import text

from lms.audit.service import record
from lms.deliveries.permissions import RELEASE_DELIVERIES
from lms.kernel.problems import NotFound
from lms.kernel.queue import Delivery
from lms.kernel.work import ENTRYPOINT, Work

RELEASE = text(
    """
    WITH held AS (
        SELECT event_id, handler, starts FROM event_delivery
        WHERE event_id = :event_id AND handler = :handler AND held_at IS NOT NULL FOR UPDATE
    ), released AS (
        UPDATE event_delivery AS d SET held_at = NULL, starts = 0 FROM held
        WHERE d.event_id = held.event_id AND d.handler = held.handler
    ), queued AS (
        INSERT INTO queue.pgqueuer (priority, entrypoint, payload, status)
        SELECT 0, :entrypoint, convert_to(event_id::text || ' ' || handler, 'UTF8'), 'queued'
        FROM held
    )
    SELECT starts FROM held
    """
)


async def release(work: Work, delivery: Delivery) -> None:
    """Queue it again as if it had never been started, after somebody has mended its cause.

    Raises:
        NotFound: no such delivery is held.
    """
    work.actor.require(RELEASE_DELIVERIES)
    mark = {"event_id": delivery.event_id, "handler": delivery.handler}
    starts = await work.session.scalar(RELEASE, {**mark, "entrypoint": ENTRYPOINT})
    if starts is None:
        raise NotFound
    await record(
        work,
        action="delivery.released",
        subject=("event", delivery.event_id),
        before={"starts": starts},
        after={"handler": delivery.handler},
    )
