"""The kernel's own tables: events and their delivery, idempotency keys, rate limits."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, LargeBinary, text
from sqlmodel import Column, Field, SQLModel, Text

from lms.kernel.db import append_only, json_column, utc_column


class EventRow(SQLModel, table=True):
    """What happened: append-only, the truth from which deliveries are made again."""

    __tablename__ = "event"

    id: UUID = Field(primary_key=True)
    type: str = Field(sa_column=Column(Text, nullable=False, index=True))
    payload: dict[str, Any] = Field(sa_column=json_column())
    recorded_at: datetime = Field(sa_column=utc_column(index=True))
    actor_id: UUID | None = None
    request_id: str = Field(sa_column=Column(Text, nullable=False))


class EventDelivery(SQLModel, table=True):
    """One handler's state for one event; `starts` counts tries, also those that a crash ended."""

    __tablename__ = "event_delivery"
    __table_args__ = (
        Index(
            "ix_event_delivery_open",
            "event_id",
            postgresql_where=text("done_at IS NULL AND held_at IS NULL"),
        ),
        Index("ix_event_delivery_held", "held_at", postgresql_where=text("held_at IS NOT NULL")),
    )

    event_id: UUID = Field(primary_key=True, foreign_key="event.id")
    handler: str = Field(sa_column=Column(Text, primary_key=True))
    starts: int = Field(default=0)
    done_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    held_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    last_error: str | None = Field(default=None, sa_column=Column(Text))


class IdempotencyRow(SQLModel, table=True):
    """The answer to a creating POST, so that its repeat is the same success."""

    __tablename__ = "idempotency_key"

    person_id: UUID = Field(primary_key=True)
    key: str = Field(sa_column=Column(Text, primary_key=True))
    fingerprint: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    status: int | None = None
    body: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    created_at: datetime = Field(sa_column=utc_column(index=True))


class RateLimitRow(SQLModel, table=True):
    """Hits of one bucket in its current window; one row a bucket, reset when a window begins."""

    __tablename__ = "rate_limit"

    bucket: str = Field(sa_column=Column(Text, primary_key=True))
    window_ends: datetime = Field(sa_column=utc_column(index=True))
    hits: int


EXTRA_DDL: tuple[str, ...] = append_only("event")
