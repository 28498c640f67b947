"""Questions as candidates meet them, and the pools that exams draw from: read once per process.

Both are fixed in the database from the moment they can be served. Nothing here reads a key.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

import asyncpg
import msgspec

from courses.papers.arrangement import option_order
from courses.papers.remembered import Remembered
from courses.questions.kinds.kind import Candidate, Json
from courses.questions.kinds.registry import KINDS

QUESTIONS = """
    SELECT id, kind, stem::text AS stem, body::text AS body
    FROM question_version WHERE id = ANY($1)
"""
POOL = """
    SELECT topic, array_agg(question_version_id) AS version_ids
    FROM exam_pool_entry WHERE exam_version_id = $1 GROUP BY topic
"""

Pool = dict[str, Sequence[UUID]]


class Reads(Protocol):
    """A pool or a connection of asyncpg."""

    async def fetch(self, query: str, *args: object) -> list[asyncpg.Record]: ...


@dataclass(frozen=True, slots=True)
class ServedQuestion:
    """One question version without its key; `authored` is its body, not served as it is."""

    id: UUID
    kind: str
    stem: Json
    authored: Json
    candidate: Candidate

    def body(self, seed: bytes, position: int) -> Json:
        """The body with its options in the order that the attempt's seed gives this position."""
        return self.candidate.shown(option_order(seed, position))


class ServedQuestions:
    """This process's memory of questions and pools."""

    def __init__(self, most_questions: int = 10_000, most_pools: int = 500) -> None:
        self._questions: Remembered[UUID, ServedQuestion] = Remembered(most_questions)
        self._pools: Remembered[UUID, Pool] = Remembered(most_pools)

    async def questions(
        self, reads: Reads, version_ids: Sequence[UUID]
    ) -> tuple[ServedQuestion, ...]:
        """The question versions of these ids, in this order."""
        found = {version_id: self._questions.find(version_id) for version_id in version_ids}
        unknown = [version_id for version_id, question in found.items() if question is None]
        if unknown:
            for row in await reads.fetch(QUESTIONS, unknown):
                question = _served(row)
                self._questions.keep(question.id, question)
                found[question.id] = question
        return tuple(_present(found[version_id]) for version_id in version_ids)

    async def pool(
        self, reads: Reads, exam_version_id: UUID, withdrawn: Iterable[UUID] = ()
    ) -> Pool:
        """What an exam version may draw, by topic, without the questions withdrawn since."""
        pool = self._pools.find(exam_version_id)
        if pool is None:
            rows = await reads.fetch(POOL, exam_version_id)
            pool = {row["topic"]: row["version_ids"] for row in rows}
            self._pools.keep(exam_version_id, pool)
        if not (gone := frozenset(withdrawn)):
            return pool
        return {topic: [one for one in ids if one not in gone] for topic, ids in pool.items()}


def _served(row: asyncpg.Record) -> ServedQuestion:
    body = msgspec.json.decode(row["body"], type=dict)
    candidate = KINDS[row["kind"]].candidate(body, row["id"].bytes)
    stem = msgspec.json.decode(row["stem"], type=dict)
    return ServedQuestion(row["id"], row["kind"], stem, body, candidate)


def _present(question: ServedQuestion | None) -> ServedQuestion:
    if question is None:
        raise LookupError("an attempt's question is gone, though versions are never deleted")
    return question
