"""Held deliveries at the API."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from sqlalchemy import Row

from lms.kernel.schema import Out


class HeldDeliveryOut(Out):
    event_id: UUID
    event_type: str
    handler: str
    starts: int
    held_at: datetime
    last_error: str | None

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        return cls(
            event_id=row.event_id,
            event_type=row.type,
            handler=row.handler,
            starts=row.starts,
            held_at=row.held_at,
            last_error=row.last_error,
        )
