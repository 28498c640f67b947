"""When and where an exam is open and for whom; and people's standing rights to extra time."""

from datetime import datetime
from uuid import UUID

from sqlmodel import CheckConstraint, Column, Field, Index, SQLModel, Text, text

from lms.kernel.db import utc_column


class Sitting(SQLModel, table=True):
    """One opening of an exam: attempts begin from `opens_at` up to, not at, `closes_at`.

    `listed_only`: only the enrolments in `sitting_candidate` may sit. `release_at` is the time of
    release where the exam's rule is a time.
    """

    __tablename__ = "sitting"
    __table_args__ = (
        CheckConstraint("opens_at < closes_at", name="window"),
        Index("ix_sitting_exam", "exam_id", "opens_at"),
    )

    id: UUID = Field(primary_key=True)
    exam_id: UUID = Field(foreign_key="exam.id")
    opens_at: datetime = Field(sa_column=utc_column())
    closes_at: datetime = Field(sa_column=utc_column())
    venue: str | None = Field(default=None, sa_column=Column(Text))
    listed_only: bool = False
    release_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    cancelled_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    revision: int = Field(default=1)
    created_at: datetime = Field(sa_column=utc_column())


class SittingCandidate(SQLModel, table=True):
    """An enrolment that is listed for a sitting."""

    __tablename__ = "sitting_candidate"

    sitting_id: UUID = Field(foreign_key="sitting.id", primary_key=True)
    enrolment_id: UUID = Field(foreign_key="enrolment.id", primary_key=True, index=True)
    listed_at: datetime = Field(sa_column=utc_column())


class Accommodation(SQLModel, table=True):
    """A person's standing right, applied to every exam by itself. Personal data: `reason`."""

    __tablename__ = "accommodation"
    __table_args__ = (
        CheckConstraint("extra_percent BETWEEN 1 AND 400", name="extra_percent"),
        Index("ix_accommodation_person", "person_id", postgresql_where=text("ended_at IS NULL")),
    )

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id")
    extra_percent: int
    reason: str = Field(sa_column=Column(Text, nullable=False))
    given_by: UUID = Field(foreign_key="person.id")
    given_at: datetime = Field(sa_column=utc_column())
    ended_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    ended_by: UUID | None = Field(default=None, foreign_key="person.id")
    revision: int = Field(default=1)
