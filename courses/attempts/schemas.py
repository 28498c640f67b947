"""Shapes of attempts at the API. What candidates get has no field that could hold a key."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

import msgspec

from courses.attempts.deadline import state_at
from courses.attempts.flags.queries import FlagCount, Flagged
from courses.attempts.flags.schemas import FlagOut
from courses.attempts.models import Attempt, AttemptItem, AttemptLog
from lms.kernel.schema import Out


class StartIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which sitting to begin an attempt in."""

    sitting_id: UUID


class AnswerIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answer, and the revision of the stored one that the client saw (0 before the first).

    The shape is the question kind's: an option's id, a list of them. Null takes the answer back.
    """

    answer: Any
    revision: Annotated[int, msgspec.Meta(ge=0, le=2_000_000_000)]


class SavedOut(Out):
    """The stored answer's revision: send it with the next save."""

    revision: int
    repeated: bool


class ItemOut(Out):
    """A question with one's answer so far; after the end its text is not served any more."""

    position: int
    kind: str
    stem: dict[str, Any] | None
    body: dict[str, Any] | None
    answer: Any
    revision: int


class AttemptOut(Out):
    """One's own attempt. `state` is what the server's clock says: open until the deadline."""

    id: UUID
    exam_id: UUID
    sitting_id: UUID
    number: int
    state: str
    started_at: datetime
    deadline_at: datetime
    sealed_at: datetime | None
    server_time: datetime
    items: list[ItemOut]


class AttemptLineOut(Out):
    """An attempt in a list."""

    id: UUID
    person_id: UUID
    exam_id: UUID
    sitting_id: UUID
    number: int
    state: str
    started_at: datetime
    deadline_at: datetime
    sealed_at: datetime | None

    @classmethod
    def of(cls, row: Attempt, now: datetime) -> Self:
        state = state_at(row.state, row.deadline_at, now)
        return cls(
            id=row.id,
            person_id=row.person_id,
            exam_id=row.exam_id,
            sitting_id=row.sitting_id,
            number=row.number,
            state=state,
            started_at=row.started_at,
            deadline_at=row.deadline_at,
            sealed_at=None if state == "open" else row.sealed_at or row.deadline_at,
        )


class SatAttemptOut(AttemptLineOut):
    """An attempt in a list for staff, with how many flags are on it."""

    flags: int
    open_flags: int

    @classmethod
    def with_flags(cls, row: Attempt, count: FlagCount, now: datetime) -> Self:
        line = msgspec.structs.asdict(AttemptLineOut.of(row, now))
        return cls(**line, flags=count.all, open_flags=count.open)


class StoredItemOut(Out):
    """A question of an attempt and its stored answer, in the author's names."""

    position: int
    question_version_id: UUID
    answer: Any
    revision: int
    answered_at: datetime | None


class LogLineOut(Out):
    at: datetime
    kind: str
    position: int | None
    revision: int | None
    answer: Any


class AttemptRecordOut(Out):
    """Everything that is stored of an attempt; for staff."""

    attempt: AttemptLineOut
    seed: str
    items: list[StoredItemOut]
    log: list[LogLineOut]
    flags: list[FlagOut]

    @classmethod
    def of(
        cls,
        attempt: Attempt,
        items: Sequence[AttemptItem],
        lines: Sequence[AttemptLog],
        flags: Sequence[Flagged],
        now: datetime,
    ) -> Self:
        return cls(
            attempt=AttemptLineOut.of(attempt, now),
            seed=attempt.seed.hex(),
            items=[
                StoredItemOut(
                    position=item.position,
                    question_version_id=item.question_version_id,
                    answer=item.answer,
                    revision=item.revision,
                    answered_at=item.answered_at,
                )
                for item in items
            ],
            log=[
                LogLineOut(
                    at=line.at,
                    kind=line.kind.value,
                    position=line.position,
                    revision=line.revision,
                    answer=line.answer,
                )
                for line in lines
            ],
            flags=[FlagOut.of(flag) for flag in flags],
        )
