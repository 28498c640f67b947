"""Saving one answer: one statement, one round trip, committed before it is acknowledged.

The statement locks the attempt's row, so that a save and the sealing come one after the other;
checks owner, person, state and deadline; updates the item where the revision is the one that the
client saw; and adds the log's line. Its snapshot may be older than the lock: then nothing is
saved although the revision still seems to match, and it is run again.
"""

from dataclasses import dataclass
from uuid import UUID

import asyncpg
import msgspec

from courses.attempts.desk import Desk
from courses.attempts.holder import HOLDER, holder_of
from courses.papers.served import ServedQuestion
from courses.questions.kinds.kind import Answer, AnswerFaultsError
from lms.kernel.problems import Conflict, Fault, Invalid, NotFound, Problem, Unauthenticated
from lms.people.sessions.claims import Claims

RUNS_MOST = 5

SAVE = f"""
    WITH held AS MATERIALIZED (
        SELECT id, state, deadline_at FROM attempt
        WHERE id = $4 AND person_id = $1
        FOR NO KEY UPDATE
    ), holder AS MATERIALIZED (
        SELECT {HOLDER} AS active
    ), saved AS (
        UPDATE attempt_item AS i
        SET answer = $7, revision = i.revision + 1, answered_at = $8
        FROM held, holder
        WHERE i.attempt_id = held.id AND i.position = $5 AND i.revision = $6
          AND held.state = 'open' AND held.deadline_at > $8 AND holder.active
        RETURNING i.revision
    ), logged AS (
        INSERT INTO attempt_log (attempt_id, at, kind, position, revision, answer)
        SELECT $4, $8, 'saved', $5, saved.revision, $7 FROM saved
    )
    SELECT (SELECT revision FROM saved) AS saved, holder.active,
           held.state = 'open' AS open, held.deadline_at > $8 AS in_time,
           i.revision, i.answer::text AS answer
    FROM held CROSS JOIN holder
    JOIN attempt_item AS i ON i.attempt_id = held.id AND i.position = $5
"""  # noqa: S608 - a constant condition


@dataclass(frozen=True, slots=True)
class Saved:
    """What is stored now; `repeated` when it was stored by an earlier, same request."""

    revision: int
    repeated: bool


async def save(
    desk: Desk, claims: Claims, attempt_id: UUID, position: int, answer: Answer, seen: int
) -> Saved:
    """Store an answer to the question at a position; `seen` is the revision that the client saw.

    Raises:
        NotFound: no such attempt or question of this person.
        Invalid: it cannot be an answer to this question.
        Unauthenticated: the person was disabled, or the session ended.
        Conflict: `answer_stale` with what is stored, `attempt_sealed`, or `attempt_over`.
    """
    paper = await desk.paper(attempt_id)
    if paper is None or paper.person_id != claims.person_id:
        raise NotFound
    question = paper.at(position)
    if question is None:
        raise NotFound
    stored = _stored_form(question, answer)
    now = desk.clock.now()
    text = None if stored is None else msgspec.json.encode(stored).decode()
    holder = holder_of(claims)
    for _ in range(RUNS_MOST):
        row = await desk.pool.fetchrow(SAVE, *holder, attempt_id, position, seen, text, now)
        outcome = _outcome(row, question, stored, seen)
        if outcome is not None:
            return outcome
    raise Problem("too many saves of this answer at once", code="unavailable")


def _stored_form(question: ServedQuestion, answer: Answer) -> Answer:
    try:
        return question.candidate.stored(answer)
    except AnswerFaultsError as error:
        faults = [Fault(f"/answer{one.pointer}", one.code, one.detail) for one in error.faults]
        raise Invalid(faults) from error


def _outcome(
    row: asyncpg.Record | None, question: ServedQuestion, stored: Answer, seen: int
) -> Saved | None:
    """What the statement did; None: its snapshot was old, so it is to be run again."""
    if row is None:
        raise NotFound
    if not row["active"]:
        raise Unauthenticated
    if row["saved"] is not None:
        return Saved(row["saved"], repeated=False)
    held: Answer = msgspec.json.decode(row["answer"]) if row["answer"] is not None else None
    if row["revision"] == seen + 1 and held == stored:
        return Saved(row["revision"], repeated=True)
    if not row["open"]:
        raise Conflict("attempt_sealed", "the attempt was submitted or closed")
    if not row["in_time"]:
        raise Conflict("attempt_over", "the deadline has passed")
    if row["revision"] == seen:
        return None
    kept = {"answer": question.candidate.restored(held), "revision": row["revision"]}
    raise Conflict("answer_stale", "the stored answer is another", extra={"stored": kept})
