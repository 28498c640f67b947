"""Passwords (as argon2id hashes) and the count of tries per address."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Column, Field, LargeBinary, SQLModel, Text

from lms.kernel.db import utc_column


class Credential(SQLModel, table=True):
    """One person's password. `stands_alone`: long enough without a second factor."""

    __tablename__ = "credential"

    person_id: UUID = Field(primary_key=True, foreign_key="person.id")
    password_hash: str = Field(sa_column=Column(Text, nullable=False))
    stands_alone: bool
    changed_at: datetime = Field(sa_column=utc_column())


class SignInTries(SQLModel, table=True):
    """Tries for one address, known or not, so only its hash is kept. The rule is `lockout.py`."""

    __tablename__ = "sign_in_tries"

    address_hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    count: int
    last_at: datetime = Field(sa_column=utc_column(index=True))
    locked_until: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
