"""One-time links: what a letter lets its reader do once. Tokens are not here, only their hashes."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import CheckConstraint, Column, Field, Index, LargeBinary, SQLModel, Text, text

from lms.kernel.db import enum_column, json_column, utc_column
from lms.people.persons.names import Language


class Purpose(StrEnum):
    """What a link is for; a link of one purpose does nothing for another."""

    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - a purpose, no password
    INVITE_MANAGER = "invite_manager"
    INVITE_STAFF = "invite_staff"


class OneTimeLink(SQLModel, table=True):
    """One link. `token_hash` is null until its letter is written, and again after a resend.

    `subject` is what the purpose needs (names of a newcomer, ids); it is stored and read whole.
    `scope_id` is opaque here: the organisation whose list of unanswered invitations shows it.
    Personal data: `email`, `subject`; rows go some time after they are settled.
    """

    __tablename__ = "one_time_link"
    __table_args__ = (
        CheckConstraint("used_at IS NULL OR cancelled_at IS NULL", name="one_end"),
        Index(
            "uq_one_time_link_token_hash",
            "token_hash",
            unique=True,
            postgresql_where=text("token_hash IS NOT NULL"),
        ),
        Index(
            "ix_one_time_link_open",
            "scope_id",
            "purpose",
            "id",
            postgresql_where=text("used_at IS NULL AND cancelled_at IS NULL"),
        ),
        Index("ix_one_time_link_expires_at", "expires_at"),
    )

    id: UUID = Field(primary_key=True)
    purpose: Purpose = Field(sa_column=enum_column(Purpose, name="purpose"))
    email: str = Field(sa_column=Column(Text, nullable=False))
    language: Language = Field(sa_column=enum_column(Language, name="language"))
    scope_id: UUID | None = None
    subject: dict[str, Any] = Field(sa_column=json_column())
    nonce: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    token_hash: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    hours: int
    made_by: UUID | None = None
    made_at: datetime = Field(sa_column=utc_column())
    sent_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    times_asked: int = Field(default=1)
    expires_at: datetime = Field(sa_column=utc_column())
    used_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    cancelled_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
