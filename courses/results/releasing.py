"""Releasing results: by an admin for a sitting, and by the tick when their time has come."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from courses.attempts.connection import connection_of
from courses.events import ResultsReleased
from courses.results.permissions import RELEASE_RESULTS
from courses.results.settlement import settle
from courses.sittings.queries import require_sitting
from lms.approvals.own_matter import require_others_matter
from lms.audit.service import record
from lms.kernel.locks import Locked, lock
from lms.kernel.work import Work

WAITING_IN_SITTING = """
    SELECT DISTINCT r.enrolment_id FROM component_result AS r
    JOIN attempt AS a ON a.id = r.attempt_id
    WHERE a.sitting_id = $1 AND r.released_at IS NULL
"""
RELEASE_SITTING = """
    UPDATE component_result AS r
    SET released_at = $2, released_by = $3, release_at = NULL, revision = r.revision + 1
    FROM attempt AS a
    WHERE a.id = r.attempt_id AND a.sitting_id = $1 AND r.released_at IS NULL
      AND r.enrolment_id = ANY($4)
    RETURNING r.attempt_id, r.person_id
"""
RELEASE_DUE = """
    UPDATE component_result
    SET released_at = $2, release_at = NULL, revision = revision + 1
    WHERE enrolment_id = $1 AND released_at IS NULL AND release_at <= $2
    RETURNING attempt_id
"""
MARK = "UPDATE attempt SET released_at = $2 WHERE id = ANY($1)"

BECAUSE = "another result was released"


async def release_sitting(work: Work, sitting_id: UUID, reason: str) -> int:
    """Release every result of a sitting that has not been; answers how many.

    Raises:
        NotFound: there is no such sitting.
        Conflict: a result of the actor's own is among them.
    """
    work.actor.require(RELEASE_RESULTS)
    await require_sitting(work.session, sitting_id)
    connection = await connection_of(work)
    waiting = [row[0] for row in await connection.fetch(WAITING_IN_SITTING, sitting_id)]
    enrolment_ids = await lock(work, Locked.ENROLMENT, waiting)
    rows = await connection.fetch(
        RELEASE_SITTING, sitting_id, work.now(), work.actor.person_id, enrolment_ids
    )
    require_others_matter(work, *(row["person_id"] for row in rows))
    await _released(work, connection, [row["attempt_id"] for row in rows], enrolment_ids)
    await record(
        work,
        action="results.released",
        subject=("sitting", sitting_id),
        after={"results": len(rows)},
        reason=reason,
    )
    return len(rows)


async def release_due(work: Work, enrolment_id: UUID) -> None:
    """Release the results of one enrolment whose time has come."""
    connection = await connection_of(work)
    await lock(work, Locked.ENROLMENT, [enrolment_id])
    rows = await connection.fetch(RELEASE_DUE, enrolment_id, work.now())
    await _released(work, connection, [row[0] for row in rows], [enrolment_id])


async def _released(
    work: Work,
    connection: asyncpg.Connection,
    attempt_ids: Sequence[UUID],
    enrolment_ids: Sequence[UUID],
) -> None:
    await connection.execute(MARK, attempt_ids, work.now())
    for enrolment_id in enrolment_ids:
        await settle(work, connection, enrolment_id, BECAUSE)
        await work.emit(ResultsReleased(enrolment_id=enrolment_id))
