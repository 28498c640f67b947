"""Shapes of regrades at the API; for staff who may see keys."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, StringConstraints

from courses.grading.models import Regrade
from courses.questions.effect import Effect
from lms.kernel.schema import In, Out, Reason


class KeyChangeIn(In):
    """What becomes of one question's key; what is not given stays. `excluded` drops it."""

    question_version_id: UUID = Field(strict=False)
    key: dict[str, Any] | None = None
    points: int | None = Field(default=None, ge=1, le=100)
    effect: Effect | None = Field(default=None, strict=False)


class DryRunIn(In):
    key_changes: list[KeyChangeIn] = Field(min_length=1, max_length=500)


class RegradeIn(In):
    """The dry run's keys again, with the digest that it answered."""

    key_changes: list[KeyChangeIn] = Field(min_length=1, max_length=500)
    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    reason: Reason


class DryRunOut(Out):
    """Who would change, and how; pass `digest` on to propose exactly this."""

    digest: str
    changes: list[dict[str, Any]]


class RegradeOut(Out):
    """A regrade as its decider has to see it: the keys as they would stand, and who changes."""

    id: UUID
    exam_id: UUID
    digest: str
    key_changes: list[dict[str, Any]]
    changes: list[dict[str, Any]]
    proposal_id: UUID | None
    made_by: UUID
    made_at: datetime
    applied_at: datetime | None

    @classmethod
    def of(cls, row: Regrade) -> Self:
        return cls(
            id=row.id,
            exam_id=row.exam_id,
            digest=row.digest,
            key_changes=row.key_changes,
            changes=row.changes,
            proposal_id=row.proposal_id,
            made_by=row.made_by,
            made_at=row.made_at,
            applied_at=row.applied_at,
        )
