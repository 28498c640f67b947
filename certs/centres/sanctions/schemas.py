"""Shapes of sanctions at the API."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from certs.centres.sanctions.models import CentreBar
from lms.kernel.schema import In, Out, Reason

SanctionReason = Annotated[Reason, Field(examples=["a complaint, file 7"])]


class SanctionReasonIn(In):
    reason: SanctionReason


class RevocationIn(In):
    """`from_issue` voids the certificate as from its issue; `until_day` ends the bar by itself."""

    reason: SanctionReason
    from_issue: bool = False
    until_day: Annotated[date | None, Field(strict=False)] = None


class InvestigationIn(In):
    centre_id: Annotated[UUID, Field(strict=False)]
    reason: SanctionReason
    until_day: Annotated[date | None, Field(strict=False)] = None


class BarOut(Out):
    id: UUID
    centre_id: UUID
    kind: str
    reason: str
    until_day: date | None
    set_at: datetime
    set_by: UUID
    lifted_at: datetime | None
    lifted_by: UUID | None
    lift_reason: str | None

    @classmethod
    def of(cls, row: CentreBar) -> Self:
        return cls(
            id=row.id,
            centre_id=row.centre_id,
            kind=row.kind.value,
            reason=row.reason,
            until_day=row.until_day,
            set_at=row.set_at,
            set_by=row.set_by,
            lifted_at=row.lifted_at,
            lifted_by=row.lifted_by,
            lift_reason=row.lift_reason,
        )
