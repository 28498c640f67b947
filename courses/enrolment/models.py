"""Enrolments, held seats, agreements to another version. Minutes are in `attendance/`."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import CheckConstraint, Column, Field, Index, SQLModel, Text, text

from lms.kernel.db import append_only, enum_column, utc_column


class EnrolmentState(StrEnum):
    """`completed` is a passed course; a seat that a company holds is not an enrolment yet."""

    WAITLISTED = "waitlisted"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    COMPLETED = "completed"


class Enrolment(SQLModel, table=True):
    """One person in one course, pinned to a version. `organisation_id` is the sponsor, if any.

    A waitlisted enrolment is pinned to its class's version too; `waitlist_place` is given under
    the class's lock, so the smallest is the first in.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        Index(
            "uq_enrolment_active",
            "person_id",
            "course_id",
            unique=True,
            postgresql_where=text("state IN ('waitlisted', 'confirmed')"),
        ),
        Index(
            "uq_enrolment_waitlist_place",
            "class_id",
            "waitlist_place",
            unique=True,
            postgresql_where=text("state = 'waitlisted'"),
        ),
        CheckConstraint(
            "state <> 'waitlisted' OR (class_id IS NOT NULL AND waitlist_place IS NOT NULL)",
            name="waitlisted",
        ),
        CheckConstraint(
            "state NOT IN ('confirmed', 'completed') OR confirmed_at IS NOT NULL", name="confirmed"
        ),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn"),
        CheckConstraint("(state = 'completed') = (completed_at IS NOT NULL)", name="completed"),
        CheckConstraint("revision >= 1", name="counters"),
        Index("ix_enrolment_class", "class_id", "state"),
        Index("ix_enrolment_person", "person_id", "id"),
        Index(
            "ix_enrolment_organisation",
            "organisation_id",
            "id",
            postgresql_where=text("organisation_id IS NOT NULL"),
        ),
    )

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id")
    course_id: UUID = Field(foreign_key="course.id")
    version_id: UUID = Field(foreign_key="course_version.id")
    class_id: UUID | None = Field(default=None, foreign_key="course_class.id")
    organisation_id: UUID | None = Field(default=None, foreign_key="organisation.id")
    state: EnrolmentState = Field(sa_column=enum_column(EnrolmentState, name="state"))
    waitlist_place: int | None = None
    requested_at: datetime = Field(sa_column=utc_column())
    confirmed_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    withdrawn_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    completed_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    withdrawn_reason: str | None = Field(default=None, sa_column=Column(Text))
    revision: int = Field(default=1)


class SeatHold(SQLModel, table=True):
    """Seats of a class kept for a preview until they expire, are used, or are given back.

    No organisation here and so no row-level security: every enrolment in the class counts them.
    """

    __tablename__ = "seat_hold"
    __table_args__ = (
        CheckConstraint("seats >= 1", name="seats"),
        Index("ix_seat_hold_class", "class_id", "expires_at"),
    )

    preview_id: UUID = Field(primary_key=True, foreign_key="enrolment_preview.id")
    class_id: UUID = Field(foreign_key="course_class.id")
    seats: int
    expires_at: datetime = Field(sa_column=utc_column(index=True))


class VersionAgreement(SQLModel, table=True):
    """A learner's agreement to be examined by another version than the one pinned before."""

    __tablename__ = "version_agreement"

    id: UUID = Field(primary_key=True)
    enrolment_id: UUID = Field(foreign_key="enrolment.id", index=True)
    from_version_id: UUID = Field(foreign_key="course_version.id")
    to_version_id: UUID = Field(foreign_key="course_version.id")
    agreed_by: UUID = Field(foreign_key="person.id")
    agreed_at: datetime = Field(sa_column=utc_column())


EXTRA_DDL: tuple[str, ...] = append_only("version_agreement")
