"""Minutes of attendance: one row per meeting and enrolment."""

from datetime import datetime
from uuid import UUID

from sqlmodel import CheckConstraint, Field, ForeignKeyConstraint, SQLModel

from lms.kernel.db import utc_column


class Attendance(SQLModel, table=True):
    """How long somebody was there; no row means not taken yet, and counts as no minutes.

    `contact_minutes` are the meeting's and follow it, so that the database itself refuses more
    minutes than the meeting has, and a meeting shorter than somebody's minutes.
    """

    __tablename__ = "attendance"
    __table_args__ = (
        CheckConstraint("minutes BETWEEN 0 AND contact_minutes", name="minutes"),
        ForeignKeyConstraint(
            ["meeting_id", "contact_minutes"],
            ["meeting.id", "meeting.contact_minutes"],
            name="fk_attendance_meeting_id",
            onupdate="CASCADE",
        ),
    )

    meeting_id: UUID = Field(primary_key=True)
    enrolment_id: UUID = Field(primary_key=True, foreign_key="enrolment.id", index=True)
    minutes: int
    contact_minutes: int
    recorded_by: UUID = Field(foreign_key="person.id")
    recorded_at: datetime = Field(sa_column=utc_column())
