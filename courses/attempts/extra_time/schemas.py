"""Shapes of standing rights and grants at the API."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from courses.attempts.models import DeadlineGrant
from courses.sittings.models import Accommodation
from lms.kernel.schema import In, Out, Reason


class AccommodationIn(In):
    """Extra time as a share of every exam's limit."""

    extra_percent: int = Field(ge=1, le=400)
    reason: Reason


class TimeGrantIn(In):
    minutes: int = Field(ge=1, le=1440)
    reason: Reason


class AccommodationOut(Out):
    id: UUID
    person_id: UUID
    extra_percent: int
    reason: str
    given_by: UUID
    given_at: datetime
    ended_at: datetime | None
    revision: int

    @classmethod
    def of(cls, row: Accommodation) -> Self:
        return cls(
            id=row.id,
            person_id=row.person_id,
            extra_percent=row.extra_percent,
            reason=row.reason,
            given_by=row.given_by,
            given_at=row.given_at,
            ended_at=row.ended_at,
            revision=row.revision,
        )


class TimeGrantOut(Out):
    id: UUID
    attempt_id: UUID
    seconds: int
    reason: str
    deadline_before: datetime
    deadline_after: datetime

    @classmethod
    def of(cls, row: DeadlineGrant) -> Self:
        return cls(
            id=row.id,
            attempt_id=row.attempt_id,
            seconds=row.seconds,
            reason=row.reason,
            deadline_before=row.deadline_before,
            deadline_after=row.deadline_after,
        )


class GrantsOut(Out):
    """One grant for each attempt that was running."""

    grants: list[TimeGrantOut]
