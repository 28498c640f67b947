"""Shapes of flags at the API; nothing that a candidate gets has one."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from courses.attempts.flags.models import FlagKind
from courses.attempts.flags.queries import Flagged, FlagState
from lms.kernel.schema import In, Out, Reason


class FlagIn(In):
    """Where the doubt comes from, and what it is."""

    kind: FlagKind
    reason: Annotated[Reason, Field(examples=["left the room with the paper at 10:20"])]


class FlagSettlementIn(In):
    resolution: Annotated[
        str, Field(min_length=2, max_length=4000, examples=["had leave to see a doctor"])
    ]


class FlagOut(Out):
    """A flag on an attempt; `state` is `settled` once somebody said what was found."""

    id: UUID
    attempt_id: UUID
    exam_id: UUID
    sitting_id: UUID
    person_id: UUID
    kind: str
    state: str
    reason: str
    raised_by: UUID
    raised_at: datetime
    resolution: str | None
    settled_by: UUID | None
    settled_at: datetime | None

    @classmethod
    def of(cls, row: Flagged) -> Self:
        flag, settlement, attempt = row
        state = FlagState.OPEN if settlement is None else FlagState.SETTLED
        return cls(
            id=flag.id,
            attempt_id=attempt.id,
            exam_id=attempt.exam_id,
            sitting_id=attempt.sitting_id,
            person_id=attempt.person_id,
            kind=flag.kind.value,
            state=state.value,
            reason=flag.reason,
            raised_by=flag.raised_by,
            raised_at=flag.raised_at,
            resolution=settlement.resolution if settlement else None,
            settled_by=settlement.settled_by if settlement else None,
            settled_at=settlement.settled_at if settlement else None,
        )
