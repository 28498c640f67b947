"""A manager's previews of enrolments for many. The seats that they hold: `SeatHold`, above."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import CheckConstraint, Column, Field, Index, SQLModel, Text, text

from lms.kernel.db import enum_column, organisation_policy, utc_column


class PreviewState(StrEnum):
    OPEN = "open"
    COMMITTED = "committed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class EnrolmentPreview(SQLModel, table=True):
    """Whom a company wants to enrol in what; `staff_numbers` keeps the order of the list."""

    __tablename__ = "enrolment_preview"
    __table_args__ = (
        CheckConstraint("revision >= 1", name="counters"),
        Index("ix_enrolment_preview_open", "expires_at", postgresql_where=text("state = 'open'")),
    )

    id: UUID = Field(primary_key=True)
    organisation_id: UUID = Field(foreign_key="organisation.id", index=True)
    course_id: UUID = Field(foreign_key="course.id")
    class_id: UUID | None = Field(default=None, foreign_key="course_class.id")
    staff_numbers: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    state: PreviewState = Field(
        default=PreviewState.OPEN, sa_column=enum_column(PreviewState, name="state")
    )
    made_by: UUID = Field(foreign_key="person.id")
    made_at: datetime = Field(sa_column=utc_column())
    expires_at: datetime = Field(sa_column=utc_column())
    revision: int = Field(default=1)


EXTRA_DDL: tuple[str, ...] = organisation_policy("enrolment_preview")
