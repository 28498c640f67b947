"""Minutes of attendance: one row per meeting and enrolment."""

from datetime import datetime
from uuid import UUID

from sqlmodel import CheckConstraint, Field, SQLModel

from lms.kernel.db import utc_column


class Attendance(SQLModel, table=True):
    """How long somebody was there; never more than the meeting's contact minutes (the verb checks).

    No row means not taken yet, and counts as no minutes.
    """

    __tablename__ = "attendance"
    __table_args__ = (CheckConstraint("minutes >= 0", name="minutes"),)

    meeting_id: UUID = Field(primary_key=True, foreign_key="meeting.id")
    enrolment_id: UUID = Field(primary_key=True, foreign_key="enrolment.id", index=True)
    minutes: int
    recorded_by: UUID = Field(foreign_key="person.id")
    recorded_at: datetime = Field(sa_column=utc_column())
