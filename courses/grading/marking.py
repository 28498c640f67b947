"""From stored questions, answers and keys to a marking, and from a marking to its row."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any
from uuid import UUID

import msgspec

from courses.grading.rules import Graded, Item, Key, Paper, grade
from courses.papers.served import Reads, ServedQuestion
from courses.questions.effect import Effect
from courses.questions.kinds.kind import Answer, Scoring

KEYS_IN_EFFECT = """
    SELECT DISTINCT ON (question_version_id)
           question_version_id, number, key::text AS key, points, effect
    FROM question_key WHERE question_version_id = ANY($1)
    ORDER BY question_version_id, number DESC
"""
HOLD_KEYS = "SELECT pg_advisory_xact_lock_shared(hashtext('lms-keys'), hashtext($1))"
CHANGE_KEYS = "SELECT pg_advisory_xact_lock(hashtext('lms-keys'), hashtext($1))"


async def hold_keys(reads: Reads, exam_id: UUID) -> None:
    """Until the transaction ends no regrade changes the exam's keys; read them after this.

    Otherwise a marking by the old key could commit beside the regrade that never saw it. Taken
    after the locks of enrolment and attempt, like its counterpart.
    """
    await reads.fetch(HOLD_KEYS, str(exam_id))


async def change_keys(reads: Reads, exam_ids: Iterable[UUID]) -> None:
    """Wait for the markings of these exams that are under way, and hold up others until the end."""
    for exam_id in sorted(exam_ids):
        await reads.fetch(CHANGE_KEYS, str(exam_id))


async def keys_in_effect(reads: Reads, version_ids: Sequence[UUID]) -> dict[UUID, Key]:
    """The newest key of each question version."""
    return {
        row["question_version_id"]: Key(
            number=row["number"],
            key=msgspec.json.decode(row["key"]),
            points=row["points"],
            effect=Effect(row["effect"]),
        )
        for row in await reads.fetch(KEYS_IN_EFFECT, version_ids)
    }


def mark(
    questions: Sequence[ServedQuestion],
    answers: Mapping[int, Answer],
    keys: Mapping[UUID, Key],
    *,
    scoring: Scoring,
    pass_basis_points: int,
) -> Graded:
    """Mark a stored paper.

    Raises:
        UngradableError: a question has no key, or every question is excluded.
    """
    items = [
        Item(position, question.id, question.kind, question.authored)
        for position, question in enumerate(questions, start=1)
    ]
    return grade(Paper(items, scoring, pass_basis_points), answers, keys)


def item_rows(graded: Graded) -> list[dict[str, Any]]:
    """The marks as a grading keeps them: what was earned as an exact fraction in text."""
    return [
        {
            "position": item.position,
            "earned": None if item.earned is None else exact(item.earned),
            "out_of": item.out_of,
            "key_number": item.key_number,
        }
        for item in graded.items
    ]


def exact(value: Fraction) -> str:
    """A fraction as text: `3`, `7/2`."""
    return str(value)
