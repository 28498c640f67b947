"""The audit trail at the API."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from lms.audit.models import AuditEntry
from lms.kernel.schema import Out


class AuditEntryOut(Out):
    id: UUID
    at: datetime
    actor_kind: str
    actor_id: UUID | None
    action: str
    subject_kind: str
    subject_id: UUID
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: str | None
    request_id: str

    @classmethod
    def of(cls, row: AuditEntry) -> Self:
        return cls(**{name: getattr(row, name) for name in cls.__struct_fields__})
