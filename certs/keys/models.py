"""Keys that sign certificates. Sessions are signed by other keys, in lms/people/sessions."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlmodel import CheckConstraint, Column, Field, Index, SQLModel, Text, text

from lms.kernel.db import enum_column, json_column, utc_column


class KeyState(StrEnum):
    """`next` is published before it signs, so that whoever caches the key set knows it already."""

    NEXT = "next"
    ACTIVE = "active"
    RETIRED = "retired"


class CredentialKey(SQLModel, table=True):
    """One ES256 key pair; the public half is kept and published for ever.

    `kid` is the public key's RFC 7638 thumbprint. `sealed` is the private half, encrypted for this
    row; it is destroyed one rotation after the key was retired.
    """

    __tablename__ = "credential_key"
    __table_args__ = (
        Index(
            "uq_credential_key_next", "state", unique=True, postgresql_where=text("state = 'next'")
        ),
        Index(
            "uq_credential_key_active",
            "state",
            unique=True,
            postgresql_where=text("state = 'active'"),
        ),
        CheckConstraint("state = 'retired' OR sealed IS NOT NULL", name="can_sign"),
        CheckConstraint("(state = 'retired') = (retired_at IS NOT NULL)", name="retired_when"),
        CheckConstraint("state <> 'active' OR activated_at IS NOT NULL", name="activated_when"),
    )

    id: UUID = Field(primary_key=True)
    kid: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    state: KeyState = Field(sa_column=enum_column(KeyState, name="state"))
    public_jwk: dict[str, Any] = Field(sa_column=json_column())
    sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    created_at: datetime = Field(sa_column=utc_column())
    activated_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    retired_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
