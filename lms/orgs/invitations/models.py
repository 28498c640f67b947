"""Invitations to be a company's manager, or to be linked to one of its staff records.

The letter's one-time link is `lms/people/links`; here is who was asked, and what they answered.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import (
    CheckConstraint,
    Column,
    Field,
    ForeignKeyConstraint,
    Index,
    SQLModel,
    Text,
    text,
)

from lms.kernel.db import enum_column, organisation_policy, utc_column


class InvitationKind(StrEnum):
    MANAGER = "manager"
    STAFF = "staff"


class Answer(StrEnum):
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Invitation(SQLModel, table=True):
    """One question to one mailbox. An answer is final: the database refuses to change it.

    `link_id` names the newest one-time link, which may be gone once it is settled.
    Personal data: `email`.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "staff_record_id"],
            ["staff_record.organisation_id", "staff_record.id"],
            name="fk_invitation_staff_record",
        ),
        CheckConstraint("(kind = 'staff') = (staff_record_id IS NOT NULL)", name="about"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered_when"),
        CheckConstraint("answer <> 'accepted' OR answered_by IS NOT NULL", name="accepted_by"),
        CheckConstraint("answered_at IS NULL OR cancelled_at IS NULL", name="one_end"),
        Index(
            "uq_invitation_open_staff",
            "staff_record_id",
            unique=True,
            postgresql_where=text("answered_at IS NULL AND cancelled_at IS NULL"),
        ),
        Index(
            "uq_invitation_open_manager",
            "organisation_id",
            "email",
            unique=True,
            postgresql_where=text(
                "kind = 'manager' AND answered_at IS NULL AND cancelled_at IS NULL"
            ),
        ),
        Index("uq_invitation_link_id", "link_id", unique=True),
        Index("ix_invitation_organisation_id", "organisation_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id")
    kind: InvitationKind = Field(sa_column=enum_column(InvitationKind, name="kind"))
    staff_record_id: UUID | None = None
    email: str = Field(sa_column=Column(Text, nullable=False))
    language: str = Field(sa_column=Column(Text, nullable=False))
    link_id: UUID
    invited_by: UUID | None = Field(default=None, foreign_key="person.id")
    invited_at: datetime = Field(sa_column=utc_column())
    sent_at: datetime = Field(sa_column=utc_column())
    expires_at: datetime = Field(sa_column=utc_column())
    answer: Answer | None = Field(
        default=None, sa_column=enum_column(Answer, name="answer", nullable=True)
    )
    answered_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    answered_by: UUID | None = Field(default=None, foreign_key="person.id")
    cancelled_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))


EXTRA_DDL: tuple[str, ...] = (
    *organisation_policy("invitation"),
    (
        "CREATE FUNCTION invitation_answer_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION 'an answered invitation is never changed' "
        "USING ERRCODE = 'restrict_violation'; END $$"
    ),
    (
        "CREATE TRIGGER invitation_answer_stays BEFORE UPDATE OR DELETE ON invitation FOR EACH ROW "
        "WHEN (OLD.answered_at IS NOT NULL) EXECUTE FUNCTION invitation_answer_stays()"
    ),
)
