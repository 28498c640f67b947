"""Sealing: the locks in their order, then the seal; what is read for marking is read afterwards.

A save holds the attempt's lock while it writes, so whatever was acknowledged is there when the
items are read in a later statement.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from courses.attempts.deadline import state_at
from courses.attempts.holder import HOLDER, holder_of
from courses.questions.kinds.kind import Answer
from lms.kernel.locks import Locked, note
from lms.kernel.problems import NotFound, Unauthenticated
from lms.kernel.work import Work
from lms.people.sessions.claims import Claims

LOCK_OWN_ENROLMENT = f"""
    SELECT e.id, {HOLDER} AS active
    FROM attempt AS a JOIN enrolment AS e ON e.id = a.enrolment_id
    WHERE a.id = $4 AND a.person_id = $1
    FOR NO KEY UPDATE OF e
"""  # noqa: S608 - a constant condition
LOCK_ENROLMENT = """
    SELECT e.id FROM attempt AS a JOIN enrolment AS e ON e.id = a.enrolment_id
    WHERE a.id = $1 FOR NO KEY UPDATE OF e
"""
LOCK_ATTEMPT = """
    SELECT a.id, a.exam_id, a.enrolment_id, a.state, a.deadline_at, a.sealed_at, a.graded_at,
           v.scoring, v.pass_basis_points, v.release, s.release_at, x.component_id
    FROM attempt AS a
    JOIN exam_version AS v ON v.id = a.exam_version_id
    JOIN exam AS x ON x.id = a.exam_id
    JOIN sitting AS s ON s.id = a.sitting_id
    WHERE a.id = $1 FOR NO KEY UPDATE OF a
"""
SEAL = """
    WITH sealed AS (
        UPDATE attempt SET state = 'sealed', sealed_at = $2, sealed_by = $3 WHERE id = $1
    )
    INSERT INTO attempt_log (attempt_id, at, kind) VALUES ($1, $2, 'sealed')
"""
ITEMS = """
    SELECT question_version_id, answer::text AS answer FROM attempt_item
    WHERE attempt_id = $1 ORDER BY position
"""


@dataclass(frozen=True, slots=True)
class LockedAttempt:
    """An attempt under its lock, with the rules by which it is marked and released."""

    id: UUID
    exam_id: UUID
    enrolment_id: UUID
    state: str
    deadline_at: datetime
    sealed_at: datetime | None
    graded_at: datetime | None
    scoring: str
    pass_basis_points: int
    release: str
    release_at: datetime | None
    component_id: UUID


async def lock_own(
    work: Work, connection: asyncpg.Connection, claims: Claims, attempt_id: UUID
) -> LockedAttempt:
    """Lock a person's own attempt, its enrolment first.

    Raises:
        NotFound: no such attempt of this person.
        Unauthenticated: the person was disabled, or the session ended.
    """
    row = await connection.fetchrow(LOCK_OWN_ENROLMENT, *holder_of(claims), attempt_id)
    if row is None:
        raise NotFound
    if not row["active"]:
        raise Unauthenticated
    return await _lock(work, connection, row["id"], attempt_id)


async def lock_any(work: Work, connection: asyncpg.Connection, attempt_id: UUID) -> LockedAttempt:
    """Lock an attempt, its enrolment first.

    Raises:
        NotFound: there is none.
    """
    enrolment_id = await connection.fetchval(LOCK_ENROLMENT, attempt_id)
    if enrolment_id is None:
        raise NotFound
    return await _lock(work, connection, enrolment_id, attempt_id)


async def _lock(
    work: Work, connection: asyncpg.Connection, enrolment_id: UUID, attempt_id: UUID
) -> LockedAttempt:
    note(work, Locked.ENROLMENT, [enrolment_id])
    note(work, Locked.ATTEMPT, [attempt_id])
    row = await connection.fetchrow(LOCK_ATTEMPT, attempt_id)
    return LockedAttempt(**row)


async def seal(connection: asyncpg.Connection, attempt: LockedAttempt, now: datetime) -> datetime:
    """Seal a locked, open attempt; answers when it ended: now, or at its deadline if past."""
    in_time = state_at(attempt.state, attempt.deadline_at, now) == "open"
    ended = now if in_time else attempt.deadline_at
    by = "candidate" if in_time else "deadline"
    await connection.execute(SEAL, attempt.id, ended, by)
    return ended


async def sealed_answers(
    connection: asyncpg.Connection, attempt_id: UUID
) -> tuple[list[UUID], dict[int, Answer]]:
    """The paper's question versions in order, and the answers by position."""
    rows = await connection.fetch(ITEMS, attempt_id)
    answers: dict[int, Answer] = {
        position: msgspec.json.decode(row["answer"])
        for position, row in enumerate(rows, start=1)
        if row["answer"] is not None
    }
    return [row["question_version_id"] for row in rows], answers
