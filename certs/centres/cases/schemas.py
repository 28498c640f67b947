"""Shapes of cases at the API."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field

from certs.centres.cases.models import CentreCase
from lms.kernel.schema import In, Out


class SettlementIn(In):
    resolution: Annotated[str, Field(min_length=2, max_length=4000, examples=["revoked since"])]


class CaseOut(Out):
    """`findings` holds what was decided and what today's knowledge gives."""

    id: UUID
    centre_id: UUID
    organisation_id: UUID
    kind: str
    state: str
    decision_id: UUID | None
    findings: dict[str, Any]
    opened_at: datetime
    settled_at: datetime | None
    settled_by: UUID | None
    resolution: str | None
    revision: int

    @classmethod
    def of(cls, row: CentreCase) -> Self:
        return cls(
            id=row.id,
            centre_id=row.centre_id,
            organisation_id=row.organisation_id,
            kind=row.kind.value,
            state=row.state.value,
            decision_id=row.decision_id,
            findings=row.findings,
            opened_at=row.opened_at,
            settled_at=row.settled_at,
            settled_by=row.settled_by,
            resolution=row.resolution,
            revision=row.revision,
        )
