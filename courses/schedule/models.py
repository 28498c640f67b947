"""Classes (dated runs of one version) and their meetings. Who sits in them: `courses/enrolment`."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import CheckConstraint, Column, Field, Index, SQLModel, Text, UniqueConstraint

from lms.kernel.db import enum_column, utc_column


class ClassState(StrEnum):
    """`closed` takes nobody new; `cancelled` does not take place."""

    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class CourseClass(SQLModel, table=True):
    __tablename__ = "course_class"
    __table_args__ = (
        UniqueConstraint("version_id", "code", name="uq_course_class_code"),
        CheckConstraint("seats BETWEEN 1 AND 100000", name="seats"),
        CheckConstraint("revision >= 1", name="counters"),
    )

    id: UUID = Field(primary_key=True)
    version_id: UUID = Field(foreign_key="course_version.id")
    code: str = Field(sa_column=Column(Text, nullable=False))
    seats: int
    state: ClassState = Field(
        default=ClassState.OPEN, sa_column=enum_column(ClassState, name="state")
    )
    revision: int = Field(default=1)


class Meeting(SQLModel, table=True):
    """One gathering of a class; `contact_minutes` leaves out breaks."""

    __tablename__ = "meeting"
    __table_args__ = (
        UniqueConstraint("id", "contact_minutes", name="uq_meeting_contact_minutes"),
        CheckConstraint("ends_at > starts_at", name="order"),
        CheckConstraint(
            "contact_minutes >= 1 AND contact_minutes * interval '1 minute' <= ends_at - starts_at",
            name="contact_minutes",
        ),
        CheckConstraint("revision >= 1", name="counters"),
        Index("ix_meeting_class", "class_id", "starts_at"),
        Index("ix_meeting_trainer", "trainer_id", "class_id"),
    )

    id: UUID = Field(primary_key=True)
    class_id: UUID = Field(foreign_key="course_class.id")
    starts_at: datetime = Field(sa_column=utc_column())
    ends_at: datetime = Field(sa_column=utc_column())
    venue: str = Field(sa_column=Column(Text, nullable=False))
    trainer_id: UUID | None = Field(default=None, foreign_key="person.id")
    contact_minutes: int
    revision: int = Field(default=1)
