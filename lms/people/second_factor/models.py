"""Authenticator secrets (sealed) and recovery codes (hashed)."""

from datetime import datetime
from uuid import UUID

from sqlmodel import BigInteger, Column, Field, LargeBinary, SQLModel

from lms.kernel.db import utc_column


class SecondFactor(SQLModel, table=True):
    """One person's authenticator. Counts from `confirmed_at`; `last_step` stops a code's reuse."""

    __tablename__ = "second_factor"

    person_id: UUID = Field(primary_key=True, foreign_key="person.id")
    sealed_secret: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    made_at: datetime = Field(sa_column=utc_column())
    confirmed_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    last_step: int | None = Field(default=None, sa_column=Column(BigInteger))


class RecoveryCode(SQLModel, table=True):
    """One recovery code; 80 random bits need no salt."""

    __tablename__ = "recovery_code"

    person_id: UUID = Field(primary_key=True, foreign_key="second_factor.person_id")
    code_hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    used_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
