"""Delivery of events to their handlers, at least once until each is done.

PgQueuer picks, beats and re-picks (`lms/worker.py`); starts are counted here, since a crash raises
nobody's count.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import text

from lms.kernel import events, metrics
from lms.kernel.actor import Actor
from lms.kernel.work import ENTRYPOINT, Works

STARTS_MOST = 5
"""A job is held, visibly, when it has been started this often without an end."""

FOLDED_MOST = 100
"""How many waiting events a handler of many takes along."""

SUSPECT_WAITS_SECONDS = 0.2
"""For each earlier start, before its next: whoever is innocent goes first."""

BACKOFF_SECONDS = (1, 2, 5, 15, 60)
LOG_KEPT = timedelta(days=2)
WORKER_ENDED = "its worker ended before it did"

log = structlog.get_logger(__name__)

START_FIRST = """
    UPDATE event_delivery SET starts = 1
    WHERE event_id = $1 AND handler = $2 AND starts = 0 AND done_at IS NULL AND held_at IS NULL
    RETURNING starts
"""
STARTS = """
    SELECT starts FROM event_delivery
    WHERE event_id = $1 AND handler = $2 AND done_at IS NULL AND held_at IS NULL
"""
START = """
    UPDATE event_delivery SET starts = starts + 1
    WHERE event_id = $1 AND handler = $2 AND done_at IS NULL AND held_at IS NULL
    RETURNING starts
"""
HOLD = """
    UPDATE event_delivery SET held_at = $3, last_error = coalesce(last_error, $4)
    WHERE event_id = $1 AND handler = $2 AND done_at IS NULL
"""
FAIL = "UPDATE event_delivery SET last_error = $3 WHERE event_id = $1 AND handler = $2"
DONE = text(
    """
    UPDATE event_delivery SET done_at = :at
    WHERE event_id = :event_id AND handler = :handler AND done_at IS NULL
    RETURNING event_id
    """
)
FOLD = text(
    """
    UPDATE event_delivery SET done_at = :at
    WHERE handler = :handler AND event_id IN (
        SELECT event_id FROM event_delivery
        WHERE handler = :handler AND done_at IS NULL AND held_at IS NULL AND starts = 0
        ORDER BY event_id LIMIT :most FOR UPDATE SKIP LOCKED)
    RETURNING event_id
    """
)
EVENTS = text("SELECT type, payload::text AS payload FROM event WHERE id = ANY(:ids) ORDER BY id")

REQUEUE_LOST = """
    INSERT INTO queue.pgqueuer (priority, entrypoint, payload, status)
    SELECT 0, $1, convert_to(d.event_id::text || ' ' || d.handler, 'UTF8'), 'queued'
    FROM event_delivery AS d JOIN event AS e ON e.id = d.event_id
    WHERE d.done_at IS NULL AND d.held_at IS NULL AND e.recorded_at < $2
      AND NOT EXISTS (
        SELECT FROM queue.pgqueuer AS q
        WHERE q.payload = convert_to(d.event_id::text || ' ' || d.handler, 'UTF8'))
"""


class TryAgain(Exception):  # noqa: N818 - not the failure, but what follows from it
    """A handler failed and is tried again after `delay`."""

    def __init__(self, delay: timedelta) -> None:
        self.delay = delay
        super().__init__(f"again after {delay}")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One handler's turn at one event."""

    event_id: UUID
    handler: str

    @classmethod
    def of(cls, payload: bytes) -> "Delivery":
        event_id, handler = payload.decode().split(" ", 1)
        return cls(UUID(event_id), handler)


async def deliver(works: Works, delivery: Delivery, suspects: asyncio.Lock | None = None) -> None:
    """Run a handler once and mark it done in the same transaction; a repeat does nothing.

    What was started before may have ended its worker: such jobs go one at a time, under the
    process's lock for `suspects`, the often started after the others, so that a death counts
    against one of them and not against all that were at work beside it.

    Raises:
        TryAgain: it failed, and is due again after the backoff.
    """
    ids = delivery.event_id, delivery.handler
    if await works.pool.fetchval(START_FIRST, *ids) is not None:
        await _run(works, delivery, starts=1)
        return
    before = await works.pool.fetchval(STARTS, *ids)
    if before is None:
        return
    await asyncio.sleep(before * SUSPECT_WAITS_SECONDS)
    async with suspects or asyncio.Lock():
        starts = await works.pool.fetchval(START, *ids)
        if starts is not None:
            await _run(works, delivery, starts)


async def _run(works: Works, delivery: Delivery, starts: int) -> None:
    if starts > STARTS_MOST:
        await _hold(works, delivery)
        return
    try:
        await _handle(works, delivery, alone=starts > 1)
    except Exception as error:
        log.exception("handler failed", handler=delivery.handler, event_id=str(delivery.event_id))
        metrics.HANDLER_FAILURES.labels(delivery.handler).inc()
        await works.pool.execute(FAIL, delivery.event_id, delivery.handler, repr(error)[:2000])
        if starts >= STARTS_MOST:
            await _hold(works, delivery)
            return
        delay = timedelta(seconds=BACKOFF_SECONDS[min(starts, len(BACKOFF_SECONDS)) - 1])
        raise TryAgain(delay) from error
    metrics.HANDLED.labels(delivery.handler).inc()


async def _hold(works: Works, delivery: Delivery) -> None:
    log.error("job held", handler=delivery.handler, event_id=str(delivery.event_id))
    await works.pool.execute(
        HOLD,
        delivery.event_id,
        delivery.handler,
        works.clock.now(),
        WORKER_ENDED,
    )


async def _handle(works: Works, delivery: Delivery, *, alone: bool) -> None:
    """Run the handler; one that takes many also takes those that nobody has started.

    After a failure each event goes alone, so that a bad one holds up no other.
    """
    handler = works.handlers.by_name[delivery.handler]
    async with works.write(Actor.system(delivery.handler)) as work:
        mark = {"event_id": delivery.event_id, "handler": delivery.handler, "at": work.now()}
        if (await work.session.execute(DONE, mark)).first() is None:
            return
        ids = [delivery.event_id]
        if handler.many and not alone:
            folded = await work.session.execute(
                FOLD, {"handler": handler.name, "at": work.now(), "most": FOLDED_MOST}
            )
            ids += folded.scalars()
        rows = await work.session.execute(EVENTS, {"ids": ids})
        happened = [events.decode(row.type, row.payload) for row in rows]
        await handler.run(work, happened if handler.many else happened[0])


async def requeue_lost(works: Works) -> None:
    """Queue again what is neither done, nor held, nor queued: the truth is the event."""
    before = works.clock.now() - timedelta(minutes=1)
    await works.pool.execute(REQUEUE_LOST, ENTRYPOINT, before)


async def forget_log(works: Works) -> None:
    """Drop PgQueuer's own log rows after their retention; the events stay for ever."""
    await works.pool.execute(
        "DELETE FROM queue.pgqueuer_log WHERE created < now() - $1::interval", LOG_KEPT
    )
