"""Shapes of decisions at the API, for companies and for the issuer."""

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

import msgspec
from sqlalchemy import Row

from lms.kernel.schema import Out


class DecisionOut(Out):
    id: UUID
    centre_id: UUID
    seq: int
    kind: str
    day: date
    zone: str
    at: datetime
    policy_version: int
    counted: int
    qualified: int
    required: int | None
    outcome: str
    centre_award_id: UUID | None
    roster_fell: bool
    decided_by: UUID | None
    reason: str | None
    evidence_sha256: str

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        return cls(**_decision(row))


class DecisionWithEvidenceOut(DecisionOut):
    """`evidence` is what was frozen, as it was: its bytes have the hash."""

    evidence: msgspec.Raw

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        return cls(**_decision(row), evidence=msgspec.Raw(row.evidence))


def _decision(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "centre_id": row.centre_id,
        "seq": row.seq,
        "kind": row.kind.value,
        "day": row.day,
        "zone": row.zone,
        "at": row.at,
        "policy_version": row.policy_version,
        "counted": row.counted,
        "qualified": row.qualified,
        "required": row.required,
        "outcome": row.outcome.value,
        "centre_award_id": row.centre_award_id,
        "roster_fell": row.roster_fell,
        "decided_by": row.decided_by,
        "reason": row.reason,
        "evidence_sha256": row.evidence_hash.hex(),
    }
