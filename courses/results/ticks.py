"""What time brings to results: deadlines that passed, markings that failed, releases that are due.

Each attempt and enrolment has a transaction of its own, so that a bad one stops no other.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import structlog

from courses.attempts.connection import connection_of
from courses.attempts.sealing import lock_any
from courses.papers.served import ServedQuestions
from courses.results.completion import close
from courses.results.releasing import release_due
from lms.kernel.actor import Actor
from lms.kernel.events import Tick
from lms.kernel.work import Work, Works

BATCH = 500

OVERDUE = """
    SELECT id FROM attempt WHERE state = 'open' AND deadline_at <= $1
    ORDER BY deadline_at LIMIT $2
"""
PENDING = """
    SELECT id FROM attempt WHERE state = 'sealed' AND graded_at IS NULL AND sealed_at < $1
    ORDER BY sealed_at LIMIT $2
"""
DUE = """
    SELECT DISTINCT enrolment_id FROM component_result
    WHERE released_at IS NULL AND release_at <= $1 LIMIT $2
"""

log = structlog.get_logger(__name__)


async def close_overdue(works: Works) -> None:
    """Close open attempts as of their deadline; being late here neither gives nor takes time."""
    await _close_each(works, OVERDUE, "the deadline has passed")


async def grade_pending(works: Works) -> None:
    """Mark sealed attempts whose marking failed."""
    await _close_each(works, PENDING, "marking failed before")


async def release_when_due(works: Works) -> None:
    """Release results whose time has come."""
    rows = await works.pool.fetch(DUE, works.clock.now(), BATCH)
    await _each(works, [row[0] for row in rows], "the time of release has come", release_due)


async def _close_each(works: Works, query: str, reason: str) -> None:
    served = ServedQuestions()

    async def closed(work: Work, attempt_id: UUID) -> None:
        connection = await connection_of(work)
        attempt = await lock_any(work, connection, attempt_id)
        if attempt.sealed_at is not None or attempt.deadline_at <= work.now():
            await close(work, connection, served, attempt)

    rows = await works.pool.fetch(query, works.clock.now(), BATCH)
    await _each(works, [row[0] for row in rows], reason, closed)


async def _each(
    works: Works, ids: list[UUID], reason: str, act: Callable[[Work, UUID], Awaitable[None]]
) -> None:
    for one in ids:
        try:
            async with works.write(Actor.system(reason)) as work:
                await act(work, one)
        except Exception:
            log.exception("tick failed for one", reason=reason, id=str(one))


TICKS: tuple[Tick, ...] = (
    Tick("results.close-overdue", timedelta(seconds=5), close_overdue),
    Tick("results.grade-pending", timedelta(minutes=1), grade_pending),
    Tick("results.release-due", timedelta(seconds=5), release_when_due),
)
