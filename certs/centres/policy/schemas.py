"""Shapes of the centre policy at the API."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from certs.centres.policy.models import CentrePolicy
from certs.centres.policy.rules import FIRST
from lms.kernel.schema import In, Out


def _distinct(values: list[str]) -> list[str]:
    if len(set(values)) != len(values):
        raise ValueError("each only once")
    return values


Role = Annotated[str, Field(min_length=1, max_length=200)]
Code = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Z0-9-]+$")]
Days = Annotated[int, Field(ge=1, le=366)]


class ThresholdIn(In):
    """The share of those who count: numerator over denominator."""

    numerator: Annotated[int, Field(ge=1, le=1000, examples=[9])]
    denominator: Annotated[int, Field(ge=1, le=1000, examples=[10])]

    @model_validator(mode="after")
    def at_most_the_whole(self) -> Self:
        if self.numerator > self.denominator:
            raise ValueError("a share is at most the whole")
        return self


class PolicyIn(In):
    """The whole policy from a day on; what is left out is as in the first version."""

    effective_from: Annotated[date, Field(strict=False)]
    threshold: ThresholdIn = ThresholdIn(numerator=9, denominator=10)
    smallest_centre: Annotated[int, Field(ge=1, le=10_000)] = FIRST.smallest_centre
    job_roles_not_counted: Annotated[
        list[Role], Field(max_length=100), AfterValidator(_distinct)
    ] = Field(default_factory=list)
    qualifying_courses: Annotated[
        list[Code], Field(min_length=1, max_length=200), AfterValidator(_distinct)
    ] = Field(default_factory=lambda: sorted(FIRST.qualifying_courses))
    look_ahead_days: Days = FIRST.look_ahead_days
    fall_percent: Annotated[int, Field(ge=1, le=100)] = FIRST.fall_percent
    fall_days: Days = FIRST.fall_days
    reason: Annotated[str, Field(min_length=2, max_length=2000)]

    def document(self) -> dict[str, Any]:
        return {
            "threshold": [self.threshold.numerator, self.threshold.denominator],
            "smallest_centre": self.smallest_centre,
            "job_roles_not_counted": sorted(self.job_roles_not_counted),
            "qualifying_courses": sorted(self.qualifying_courses),
            "look_ahead_days": self.look_ahead_days,
            "fall_percent": self.fall_percent,
            "fall_days": self.fall_days,
        }


class PolicyOut(Out):
    version: int
    effective_from: date
    document: dict[str, Any]
    made_at: datetime | None
    proposal_id: UUID | None

    @classmethod
    def first(cls) -> Self:
        """What is in force before anything was evaluated."""
        return cls(
            version=FIRST.version,
            effective_from=FIRST.effective_from,
            document=FIRST.document(),
            made_at=None,
            proposal_id=None,
        )

    @classmethod
    def of(cls, row: CentrePolicy) -> Self:
        return cls(
            version=row.version,
            effective_from=row.effective_from,
            document=row.document,
            made_at=row.made_at,
            proposal_id=row.proposal_id,
        )
