"""Shapes of proposals at the API."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field

from lms.approvals.models import Proposal
from lms.kernel.schema import In, Out, Reason


class DecisionIn(In):
    reason: Annotated[Reason, Field(examples=["checked the file"])]


class ProposalOut(Out):
    id: UUID
    kind: str
    subject_id: UUID
    payload: dict[str, Any]
    reason: str
    state: str
    proposed_by: UUID
    proposed_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    decision_reason: str | None
    revision: int

    @classmethod
    def of(cls, row: Proposal) -> Self:
        return cls(
            id=row.id,
            kind=row.kind,
            subject_id=row.subject_id,
            payload=row.payload,
            reason=row.reason,
            state=row.state.value,
            proposed_by=row.proposed_by,
            proposed_at=row.proposed_at,
            decided_by=row.decided_by,
            decided_at=row.decided_at,
            decision_reason=row.decision_reason,
            revision=row.revision,
        )
