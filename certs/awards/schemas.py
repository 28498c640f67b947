"""Shapes of awards at the API."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from certs.awards.models import Award, AwardCandidate
from lms.kernel.schema import In, Out, Reason
from lms.orgs.days import Day

BATCH_MOST = 500
AwardReason = Annotated[Reason, Field(examples=["checked the file"])]


class Verdict(StrEnum):
    AWARD = "award"
    DECLINE = "decline"


class CandidateDecisionIn(In):
    candidate_ids: Annotated[list[UUID], Field(min_length=1, max_length=BATCH_MOST)]
    verdict: Verdict
    reason: AwardReason


class WithoutResultIn(In):
    """Awards for people who passed on paper, elsewhere, or earlier: the ground says which."""

    person_ids: Annotated[list[UUID], Field(min_length=1, max_length=BATCH_MOST)]
    course_code: Annotated[str, Field(min_length=2, max_length=12)]
    version_id: UUID
    from_day: Day
    ground: Annotated[str, Field(min_length=10, max_length=2000)]


class AwardOut(Out):
    id: UUID
    person_id: UUID
    course_code: str
    scheme_version: int
    result_id: UUID | None
    from_day: date
    last_day: date | None
    state: str
    decider: str
    decided_by: UUID
    approved_by: UUID | None
    ground: str | None
    made_at: datetime
    result_withdrawn_at: datetime | None
    revoked_at: datetime | None
    revision: int

    @classmethod
    def of(cls, row: Award) -> Self:
        return cls(
            id=row.id,
            person_id=row.person_id,
            course_code=row.course_code,
            scheme_version=row.scheme_version,
            result_id=row.result_id,
            from_day=row.from_day,
            last_day=row.last_day,
            state=row.state.value,
            decider=row.decider.value,
            decided_by=row.decided_by,
            approved_by=row.approved_by,
            ground=row.ground,
            made_at=row.made_at,
            result_withdrawn_at=row.result_withdrawn_at,
            revoked_at=row.revoked_at,
            revision=row.revision,
        )


class CandidateOut(Out):
    id: UUID
    person_id: UUID
    course_code: str
    result_id: UUID
    passed_on: date
    state: str
    waiting_since: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    reason: str | None
    revision: int

    @classmethod
    def of(cls, row: AwardCandidate) -> Self:
        return cls(
            id=row.id,
            person_id=row.person_id,
            course_code=row.course_code,
            result_id=row.result_id,
            passed_on=row.passed_on,
            state=row.state.value,
            waiting_since=row.waiting_since,
            decided_by=row.decided_by,
            decided_at=row.decided_at,
            reason=row.reason,
            revision=row.revision,
        )


class DecidedOut(Out):
    """What became of a batch: the awards that were made, if any."""

    decided: int
    award_ids: list[UUID]
