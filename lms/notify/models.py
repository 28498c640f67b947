"""Mails: what was to be told to whom, and whether it was. A mail's text is never stored."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import CheckConstraint, Column, Field, Index, SQLModel, Text, UniqueConstraint, text

from lms.kernel.db import enum_column, json_column, utc_column


class DeliveryState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"
    GIVEN_UP = "given_up"
    NEEDLESS = "needless"


class Delivery(SQLModel, table=True):
    """One mail to one address. The same cause is told once to an address by one template.

    `link_id` names a one-time link, whose token is derived only when the mail is written; the link
    may be gone once it is settled. `tries` counts starts, also those that a crash ended. Once the
    mail is settled its `context` is forgotten.
    Personal data: `recipient`, `context`.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("cause_id", "recipient", "template", name="uq_delivery_cause"),
        CheckConstraint("(state = 'waiting') = (settled_at IS NULL)", name="settled_when"),
        CheckConstraint("(state = 'waiting') = (next_try_at IS NOT NULL)", name="tried_again"),
        CheckConstraint("(state = 'waiting') = (context IS NOT NULL)", name="forgotten"),
        CheckConstraint("tries >= 0", name="tries"),
        Index(
            "ix_delivery_due",
            "next_try_at",
            "id",
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_delivery_settled_at",
            "settled_at",
            postgresql_where=text("settled_at IS NOT NULL"),
        ),
    )

    id: UUID = Field(primary_key=True)
    cause_id: UUID
    template: str = Field(sa_column=Column(Text, nullable=False))
    recipient: str = Field(sa_column=Column(Text, nullable=False))
    link_id: UUID | None = None
    context: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    state: DeliveryState = Field(
        default=DeliveryState.WAITING, sa_column=enum_column(DeliveryState, name="state")
    )
    tries: int = Field(default=0)
    made_at: datetime = Field(sa_column=utc_column())
    next_try_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    settled_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    last_error: str | None = Field(default=None, sa_column=Column(Text))
