"""From a sealed attempt to its result: mark, keep, release by rule, settle the course."""

from datetime import datetime

import asyncpg
import msgspec
import structlog

from courses.attempts.sealing import LockedAttempt, seal, sealed_answers
from courses.grading.marking import hold_keys, item_rows, keys_in_effect, mark
from courses.grading.rules import Graded
from courses.papers.release_rule import ReleaseRule, released_at
from courses.papers.served import ServedQuestions
from courses.questions.kinds.kind import Scoring
from courses.results.settlement import settle
from lms.kernel.work import Work

log = structlog.get_logger(__name__)

KEEP_GRADING = """
    INSERT INTO grading (
        id, attempt_id, number, cause, earned_numerator, earned_denominator, out_of, passed,
        items, made_at
    )
    VALUES ($1, $2, 1, 'submission', $3, $4, $5, $6, $7, $8)
"""
KEEP_RESULT = """
    WITH graded AS (UPDATE attempt SET graded_at = $9, released_at = $10 WHERE id = $3),
    marked AS (
        INSERT INTO grading (
            id, attempt_id, number, cause, earned_numerator, earned_denominator, out_of, passed,
            items, made_at
        )
        VALUES ($2, $3, 1, 'submission', $4, $5, $6, $7, $8, $9)
    )
    INSERT INTO component_result (
        id, attempt_id, grading_id, enrolment_id, person_id, component_id, earned_numerator,
        earned_denominator, out_of, passed, release_at, released_at, made_at, revision
    )
    SELECT $1, $3, $2, a.enrolment_id, a.person_id, $11, $4, $5, $6, $7, $12, $10, $9, 1
    FROM attempt AS a WHERE a.id = $3
"""
AWAIT_MARKS = "UPDATE attempt SET graded_at = $2 WHERE id = $1"


async def close(
    work: Work,
    connection: asyncpg.Connection,
    served: ServedQuestions,
    attempt: LockedAttempt,
) -> datetime:
    """Seal a locked attempt if it is open, and bring its result in; answers when it ended.

    A fault in marking never undoes the seal: the result stays pending, and a tick tries again.
    """
    ended = attempt.sealed_at or await seal(connection, attempt, work.now())
    if attempt.graded_at is None:
        try:
            async with connection.transaction():  # a savepoint
                await _bring_in(work, connection, served, attempt)
        except Exception:
            log.exception("marking failed", attempt_id=str(attempt.id))
    return ended


async def _bring_in(
    work: Work, connection: asyncpg.Connection, served: ServedQuestions, attempt: LockedAttempt
) -> None:
    version_ids, answers = await sealed_answers(connection, attempt.id)
    await hold_keys(connection, attempt.exam_id)
    graded = mark(
        await served.questions(connection, version_ids),
        answers,
        await keys_in_effect(connection, version_ids),
        scoring=Scoring(attempt.scoring),
        pass_basis_points=attempt.pass_basis_points,
    )
    await _keep(work, connection, attempt, graded)


async def _keep(
    work: Work, connection: asyncpg.Connection, attempt: LockedAttempt, graded: Graded
) -> None:
    now = work.now()
    items = msgspec.json.encode(item_rows(graded)).decode()
    earned = (graded.earned.numerator, graded.earned.denominator)
    marking = (work.new_id(), attempt.id, *earned, graded.out_of, graded.passed, items, now)
    if graded.passed is None:
        await connection.execute(KEEP_GRADING, *marking)
        await connection.execute(AWAIT_MARKS, attempt.id, now)
        return
    rule = ReleaseRule(attempt.release)
    released = released_at(rule, release_at=attempt.release_at, now=now)
    due = attempt.release_at if rule is ReleaseRule.AT_TIME and released is None else None
    await connection.execute(
        KEEP_RESULT, work.new_id(), *marking, released, attempt.component_id, due
    )
    if released is not None:
        await settle(work, connection, attempt.enrolment_id, "another attempt was released")
