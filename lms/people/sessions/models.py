"""Sessions, their refresh tokens (hashed) and the keys that sign access tokens (sealed)."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import CheckConstraint, Column, Field, Index, LargeBinary, SQLModel, Text, text

from lms.kernel.db import enum_column, utc_column


class SessionEnd(StrEnum):
    """Why a session ended before its time."""

    SIGNED_OUT = "signed_out"
    REVOKED = "revoked"
    REUSE = "reuse"


class LoginSession(SQLModel, table=True):
    """One sign-in, on one device. It lives while its `epoch` is the person's.

    `methods` are the factors that were shown, as RFC 8176 names them.
    """

    __tablename__ = "login_session"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name="ended_why"),
        CheckConstraint("methods IN ('pwd', 'pwd otp')", name="methods"),
        Index("ix_login_session_person", "person_id", postgresql_where=text("ended_at IS NULL")),
    )

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id")
    epoch: int
    methods: str = Field(sa_column=Column(Text, nullable=False))
    device: str = Field(sa_column=Column(Text, nullable=False))
    started_at: datetime = Field(sa_column=utc_column())
    last_used_at: datetime = Field(sa_column=utc_column())
    expires_at: datetime = Field(sa_column=utc_column(index=True))
    ended_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    ended_because: SessionEnd | None = Field(
        default=None, sa_column=enum_column(SessionEnd, name="ended_because", nullable=True)
    )


class RefreshToken(SQLModel, table=True):
    """One refresh token of a session's chain. Used twice, it ends the whole session."""

    __tablename__ = "refresh_token"
    __table_args__ = (Index("ix_refresh_token_session_id", "session_id"),)

    token_hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    session_id: UUID = Field(foreign_key="login_session.id", ondelete="CASCADE")
    made_at: datetime = Field(sa_column=utc_column())
    used_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))


class SessionKey(SQLModel, table=True):
    """An Ed25519 key for access tokens, and for nothing else. `id` is the token's `kid`."""

    __tablename__ = "session_key"

    id: str = Field(sa_column=Column(Text, primary_key=True))
    sealed_private: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    public: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    made_at: datetime = Field(sa_column=utc_column())
    signs_from: datetime = Field(sa_column=utc_column())
