"""The register of people. No identity-card number and no photo: there is no column for them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import CheckConstraint, Column, Field, Index, SQLModel, Text, UniqueConstraint

from lms.kernel.db import enum_column, utc_column
from lms.people.persons.names import Language, NameOrder


class PersonState(StrEnum):
    ACTIVE = "active"
    DISABLED = "disabled"


class Person(SQLModel, table=True):
    """One human being. `epoch` goes up whenever every session of theirs has to end at once.

    Personal data: the names, `email` and what `search_grams` repeats of them.
    """

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("issuer_id", "email", name="uq_person_email"),
        CheckConstraint("email = lower(email) AND position('@' IN email) > 1", name="email_form"),
        CheckConstraint(
            "name_zh IS NOT NULL OR family_name_en IS NOT NULL OR given_name_en IS NOT NULL",
            name="named",
        ),
        CheckConstraint("epoch >= 1 AND revision >= 1", name="counters"),
        Index("ix_person_search_grams", "search_grams", postgresql_using="gin"),
    )

    id: UUID = Field(primary_key=True)
    issuer_id: UUID = Field(foreign_key="issuer.id")
    name_zh: str | None = Field(default=None, sa_column=Column(Text))
    family_name_en: str | None = Field(default=None, sa_column=Column(Text))
    given_name_en: str | None = Field(default=None, sa_column=Column(Text))
    name_order: NameOrder = Field(sa_column=enum_column(NameOrder, name="name_order"))
    language: Language = Field(sa_column=enum_column(Language, name="language"))
    email: str = Field(sa_column=Column(Text, nullable=False))
    email_verified_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    state: PersonState = Field(
        default=PersonState.ACTIVE, sa_column=enum_column(PersonState, name="state")
    )
    epoch: int = Field(default=1)
    revision: int = Field(default=1)
    created_at: datetime = Field(sa_column=utc_column())
    search_grams: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))


class AccountNotice(SQLModel, table=True):
    """Where the owner of an account has to be told of a change; gone once the mail is asked for.

    Personal data: `email`, which may be theirs no longer.
    """

    __tablename__ = "account_notice"

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id")
    email: str = Field(sa_column=Column(Text, nullable=False))
