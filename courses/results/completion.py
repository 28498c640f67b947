"""From a sealed attempt to its result: mark, keep, release by rule, settle the course."""

from datetime import datetime
from fractions import Fraction

import asyncpg
import msgspec
import structlog

from courses.attempts.connection import connection_of
from courses.attempts.sealing import LockedAttempt, seal, sealed_answers
from courses.grading.marking import item_rows, keys_in_effect, mark
from courses.grading.rules import Graded
from courses.papers.release import Release, released_at
from courses.papers.served import ServedQuestions
from courses.questions.kinds.kind import Scoring
from courses.results.settlement import settle
from lms.kernel.work import Work

log = structlog.get_logger(__name__)

RULES = """
    SELECT v.scoring, v.pass_basis_points, v.release, s.release_at, x.component_id
    FROM exam_version AS v JOIN exam AS x ON x.id = v.exam_id CROSS JOIN sitting AS s
    WHERE v.id = $1 AND s.id = $2
"""
KEEP_GRADING = """
    INSERT INTO grading (
        id, attempt_id, number, cause, earned_numerator, earned_denominator, out_of, passed,
        items, made_at
    )
    VALUES ($1, $2, 1, 'submission', $3, $4, $5, $6, $7, $8)
"""
KEEP_RESULT = """
    WITH graded AS (UPDATE attempt SET graded_at = $11, released_at = $10 WHERE id = $2)
    INSERT INTO component_result (
        id, attempt_id, grading_id, enrolment_id, person_id, component_id, earned_numerator,
        earned_denominator, out_of, passed, release_at, released_at, made_at, revision
    )
    SELECT $1, $2, $3, a.enrolment_id, a.person_id, $4, $5, $6, $7, $8, $9, $10, $11, 1
    FROM attempt AS a WHERE a.id = $2
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
            async with work.session.begin_nested():
                marking = await connection_of(work)  # the savepoint is set by this use
                await _bring_in(work, marking, served, attempt)
        except Exception:
            log.exception("marking failed", attempt_id=str(attempt.id))
    return ended


async def _bring_in(
    work: Work, connection: asyncpg.Connection, served: ServedQuestions, attempt: LockedAttempt
) -> None:
    version_ids, answers = await sealed_answers(connection, attempt.id)
    rules = await connection.fetchrow(RULES, attempt.exam_version_id, attempt.sitting_id)
    graded = mark(
        await served.questions(connection, version_ids),
        answers,
        await keys_in_effect(connection, version_ids),
        scoring=Scoring(rules["scoring"]),
        pass_basis_points=rules["pass_basis_points"],
    )
    await _keep(work, connection, attempt, rules, graded)


async def _keep(
    work: Work,
    connection: asyncpg.Connection,
    attempt: LockedAttempt,
    rules: asyncpg.Record,
    graded: Graded,
) -> None:
    now, grading_id = work.now(), work.new_id()
    points = _points(graded.earned, graded.out_of)
    items = msgspec.json.encode(item_rows(graded)).decode()
    await connection.execute(
        KEEP_GRADING, grading_id, attempt.id, *points, graded.passed, items, now
    )
    if graded.passed is None:
        await connection.execute(AWAIT_MARKS, attempt.id, now)
        return
    release = Release(rules["release"])
    released = released_at(release, release_at=rules["release_at"], now=now)
    due = rules["release_at"] if release is Release.AT_TIME and released is None else None
    await connection.execute(
        KEEP_RESULT,
        work.new_id(),
        attempt.id,
        grading_id,
        rules["component_id"],
        *points,
        graded.passed,
        due,
        released,
        now,
    )
    if released is not None:
        await settle(work, connection, attempt.enrolment_id, "another attempt was released")


def _points(earned: Fraction, out_of: int) -> tuple[int, int, int]:
    return earned.numerator, earned.denominator, out_of
