"""What a regrade reads: the new keys as they would stand, and every attempt that they touch."""

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from courses.grading.marking import keys_in_effect
from courses.grading.rules import Key
from courses.papers.served import ServedQuestions
from courses.questions.effect import Effect
from courses.questions.kinds.kind import Answer, Scoring
from courses.questions.kinds.registry import KINDS
from courses.results.regrades.plan import MarkedAttempt, Standing
from courses.results.regrades.schemas import KeyChangeIn
from lms.kernel.problems import Fault, Invalid

OF_EXAM = """
    SELECT v.id, v.kind, v.body::text AS body, k.number, k.key::text AS key, k.points, k.effect,
           k.explanation::text AS explanation
    FROM question_version AS v
    CROSS JOIN LATERAL (
        SELECT * FROM question_key WHERE question_version_id = v.id ORDER BY number DESC LIMIT 1
    ) AS k
    WHERE v.id = ANY($2) AND EXISTS (
        SELECT FROM exam_pool_entry AS p JOIN exam_version AS e ON e.id = p.exam_version_id
        WHERE e.exam_id = $1 AND p.question_version_id = v.id
    )
"""
SERVING = """
    SELECT DISTINCT e.exam_id
    FROM exam_pool_entry AS p JOIN exam_version AS e ON e.id = p.exam_version_id
    WHERE p.question_version_id = ANY($1)
"""
TOUCHED = """
    SELECT a.id, a.exam_id, a.enrolment_id, a.person_id, v.scoring, v.pass_basis_points,
           r.earned_numerator, r.earned_denominator, r.out_of, r.passed,
           r.released_at IS NOT NULL AS released
    FROM attempt AS a
    JOIN exam_version AS v ON v.id = a.exam_version_id
    JOIN component_result AS r ON r.attempt_id = a.id
    WHERE a.exam_id = ANY($1) AND EXISTS (
        SELECT FROM attempt_item AS i
        WHERE i.attempt_id = a.id AND i.question_version_id = ANY($2)
    )
    ORDER BY a.id
"""
LEFT_BARE = """
    SELECT EXISTS (
        SELECT FROM attempt AS a
        WHERE a.exam_id = ANY($1) AND EXISTS (
            SELECT FROM attempt_item AS i
            WHERE i.attempt_id = a.id AND i.question_version_id = ANY($2)
        ) AND NOT EXISTS (
            SELECT FROM attempt_item AS i
            WHERE i.attempt_id = a.id AND i.question_version_id <> ALL($2) AND (
                i.question_version_id = ANY($3) OR (
                    SELECT effect FROM question_key AS k
                    WHERE k.question_version_id = i.question_version_id
                    ORDER BY number DESC LIMIT 1
                ) <> 'excluded'
            )
        )
    )
"""
ITEMS = """
    SELECT attempt_id, question_version_id, answer::text AS answer FROM attempt_item
    WHERE attempt_id = ANY($1) ORDER BY attempt_id, position
"""


class NewKey(msgspec.Struct, frozen=True):
    """A key as it is to stand, whole, with its own number."""

    question_version_id: UUID
    number: int
    key: dict[str, Any]
    points: int
    effect: Effect
    explanation: dict[str, Any] | None


async def new_keys(
    connection: asyncpg.Connection, exam_id: UUID, given: Sequence[KeyChangeIn]
) -> list[NewKey]:
    """The keys that the changes make, each upon the one in effect.

    Raises:
        Invalid: a question is not one of the exam's, stands there twice, or its key does not fit.
    """
    ids = [change.question_version_id for change in given]
    rows = {row["id"]: row for row in await connection.fetch(OF_EXAM, exam_id, ids)}
    faults: list[Fault] = []
    keys = []
    for index, change in enumerate(given):
        pointer = f"/key_changes/{index}"
        row = rows.get(change.question_version_id)
        if row is None or change.question_version_id in ids[:index]:
            detail = "no question of this exam, or given twice"
            faults.append(Fault(f"{pointer}/question_version_id", "unknown", detail))
            continue
        key = _upon(row, change)
        body = msgspec.json.decode(row["body"])
        found = KINDS[row["kind"]].faults(body, key.key)
        faults += [Fault(pointer + fault.pointer, fault.code, fault.detail) for fault in found]
        keys.append(key)
    if faults:
        raise Invalid(faults)
    return keys


def _upon(row: asyncpg.Record, change: KeyChangeIn) -> NewKey:
    explanation = row["explanation"]
    return NewKey(
        question_version_id=row["id"],
        number=row["number"] + 1,
        key=msgspec.json.decode(row["key"]) if change.key is None else change.key,
        points=row["points"] if change.points is None else change.points,
        effect=Effect(row["effect"]) if change.effect is None else change.effect,
        explanation=msgspec.json.decode(explanation) if explanation is not None else None,
    )


async def leaves_bare(connection: asyncpg.Connection, new: Sequence[NewKey]) -> bool:
    """Whether an attempt, running or over, would have no question left that counts."""
    excluded = [key.question_version_id for key in new if key.effect is Effect.EXCLUDED]
    counting = [key.question_version_id for key in new if key.effect is not Effect.EXCLUDED]
    exam_ids = await exams_serving(connection, excluded)
    return bool(await connection.fetchval(LEFT_BARE, exam_ids, excluded, counting))


async def exams_serving(connection: asyncpg.Connection, version_ids: Sequence[UUID]) -> list[UUID]:
    """Every exam that may serve one of these questions: a key is the question's, in all of them."""
    return [row["exam_id"] for row in await connection.fetch(SERVING, version_ids)]


async def touched(
    connection: asyncpg.Connection, version_ids: Sequence[UUID]
) -> list[asyncpg.Record]:
    """The attempts with a result in which one of these questions was served, in any exam."""
    exam_ids = await exams_serving(connection, version_ids)
    rows: list[asyncpg.Record] = await connection.fetch(TOUCHED, exam_ids, version_ids)
    return rows


async def marked_attempts(
    connection: asyncpg.Connection, served: ServedQuestions, version_ids: Sequence[UUID]
) -> list[MarkedAttempt]:
    """The same, with papers and answers."""
    rows = await touched(connection, version_ids)
    papers: dict[UUID, list[asyncpg.Record]] = defaultdict(list)
    for item in await connection.fetch(ITEMS, [row["id"] for row in rows]):
        papers[item["attempt_id"]].append(item)
    found = []
    for row in rows:
        items = papers[row["id"]]
        answers: dict[int, Answer] = {
            position: msgspec.json.decode(item["answer"])
            for position, item in enumerate(items, start=1)
            if item["answer"] is not None
        }
        questions = await served.questions(
            connection, [item["question_version_id"] for item in items]
        )
        earned = Fraction(row["earned_numerator"], row["earned_denominator"])
        found.append(
            MarkedAttempt(
                id=row["id"],
                exam_id=row["exam_id"],
                enrolment_id=row["enrolment_id"],
                person_id=row["person_id"],
                scoring=Scoring(row["scoring"]),
                pass_basis_points=row["pass_basis_points"],
                questions=questions,
                answers=answers,
                standing=Standing(earned, row["out_of"], row["passed"]),
                released=row["released"],
            )
        )
    return found


async def keys_with(
    connection: asyncpg.Connection, attempts: Sequence[MarkedAttempt], new: Sequence[NewKey]
) -> dict[UUID, Key]:
    """The keys in effect of everything that was served, with the new ones in their place."""
    version_ids = {question.id for attempt in attempts for question in attempt.questions}
    keys = await keys_in_effect(connection, sorted(version_ids))
    for one in new:
        keys[one.question_version_id] = Key(one.number, one.key, one.points, one.effect)
    return keys
