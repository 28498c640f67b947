"""Reading one's own attempt: one statement, plus the questions that this process has not seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from courses.attempts.deadline import state_at
from courses.attempts.desk import Desk, ServedPaper
from courses.attempts.holder import HOLDER, holder_of
from courses.attempts.schemas import AttemptOut, ItemOut
from courses.papers.served import ServedQuestion
from courses.questions.kinds.kind import Answer
from lms.kernel.problems import NotFound, Unauthenticated
from lms.people.sessions.claims import Claims

READ = f"""
    SELECT a.exam_id, a.sitting_id, a.number, a.seed, a.state, a.started_at, a.deadline_at,
           a.sealed_at, i.version_ids, i.answers, i.revisions, {HOLDER} AS active
    FROM attempt AS a CROSS JOIN LATERAL (
        SELECT array_agg(question_version_id ORDER BY position) AS version_ids,
               array_agg(answer::text ORDER BY position) AS answers,
               array_agg(revision ORDER BY position) AS revisions
        FROM attempt_item WHERE attempt_id = a.id
    ) AS i
    WHERE a.id = $4 AND a.person_id = $1
"""  # noqa: S608 - a constant condition


@dataclass(frozen=True, slots=True)
class StoredAttempt:
    """An attempt's own row, and its items' columns in the order of positions."""

    id: UUID
    exam_id: UUID
    sitting_id: UUID
    number: int
    seed: bytes
    state: str
    started_at: datetime
    deadline_at: datetime
    sealed_at: datetime | None
    answers: Sequence[str | None]
    revisions: Sequence[int]


async def own_attempt(desk: Desk, claims: Claims, attempt_id: UUID) -> AttemptOut:
    """The attempt with its paper in its order and the answers so far.

    Raises:
        NotFound: no such attempt of this person.
        Unauthenticated: the person was disabled, or the session ended.
    """
    row = await desk.pool.fetchrow(READ, *holder_of(claims), attempt_id)
    if row is None:
        raise NotFound
    if not row["active"]:
        raise Unauthenticated
    paper = await desk.keep(attempt_id, claims.person_id, row["version_ids"])
    columns = {name: row[name] for name in StoredAttempt.__slots__ if name != "id"}
    return shown(StoredAttempt(id=attempt_id, **columns), paper, desk.clock.now())


def shown(stored: StoredAttempt, paper: ServedPaper, now: datetime) -> AttemptOut:
    """What the candidate sees of an attempt at an instant."""
    state = state_at(stored.state, stored.deadline_at, now)
    ended = None if state == "open" else stored.sealed_at or stored.deadline_at
    items = [
        _item(question, stored, index, readable=state == "open")
        for index, question in enumerate(paper.questions)
    ]
    return AttemptOut(
        id=stored.id,
        exam_id=stored.exam_id,
        sitting_id=stored.sitting_id,
        number=stored.number,
        state=state,
        started_at=stored.started_at,
        deadline_at=stored.deadline_at,
        sealed_at=ended,
        server_time=now,
        items=items,
    )


def _item(
    question: ServedQuestion, stored: StoredAttempt, index: int, *, readable: bool
) -> ItemOut:
    text = stored.answers[index]
    answer: Answer = None if text is None else msgspec.json.decode(text)
    position = index + 1
    return ItemOut(
        position=position,
        kind=question.kind,
        stem=question.stem if readable else None,
        body=question.body(stored.seed, position) if readable else None,
        answer=question.candidate.restored(answer),
        revision=stored.revisions[index],
    )
