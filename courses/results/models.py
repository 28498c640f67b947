"""Results: of each attempt in its component, and of the course, with their release."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger
from sqlmodel import CheckConstraint, Column, Field, Index, SQLModel, Text, UniqueConstraint, text

from lms.kernel.db import utc_column


class ComponentResult(SQLModel, table=True):
    """What one attempt reached in its component, as its grading in effect says.

    `release_at` is a time that is to come; null and not released: an admin releases.
    """

    __tablename__ = "component_result"
    __table_args__ = (
        CheckConstraint("earned_numerator >= 0 AND earned_denominator > 0", name="earned"),
        CheckConstraint("out_of > 0", name="out_of"),
        Index("ix_component_result_enrolment", "enrolment_id", "component_id"),
        Index("ix_component_result_person", "person_id", "id"),
        Index(
            "ix_component_result_due",
            "release_at",
            postgresql_where=text("released_at IS NULL AND release_at IS NOT NULL"),
        ),
    )

    id: UUID = Field(primary_key=True)
    attempt_id: UUID = Field(foreign_key="attempt.id", unique=True)
    grading_id: UUID = Field(foreign_key="grading.id")
    enrolment_id: UUID = Field(foreign_key="enrolment.id")
    person_id: UUID = Field(foreign_key="person.id")
    component_id: UUID = Field(foreign_key="component.id")
    earned_numerator: int = Field(sa_column=Column(BigInteger, nullable=False))
    earned_denominator: int = Field(sa_column=Column(BigInteger, nullable=False))
    out_of: int
    passed: bool
    release_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    released_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    released_by: UUID | None = Field(default=None, foreign_key="person.id")
    made_at: datetime = Field(sa_column=utc_column())
    revision: int = Field(default=1)


class CourseResult(SQLModel, table=True):
    """The professional verdict on one enrolment, made of released component results only.

    So it is released as it is made. A verdict that changes is a new row, which supersedes the old.
    The mark, 0 to 1, is a fraction in lowest terms. The two percentages are the fund's conditions
    as they were at the first release, null where the course was not reimbursable: a rule that is
    changed later changes no verdict that was told.
    """

    __tablename__ = "course_result"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "number"),
        CheckConstraint("mark_numerator >= 0 AND mark_denominator > 0", name="mark"),
        CheckConstraint("mark_numerator <= mark_denominator", name="mark_most"),
        CheckConstraint(
            "(cef_attendance_percent IS NULL) = (cef_mark_percent IS NULL)", name="cef"
        ),
        Index(
            "uq_course_result_current",
            "enrolment_id",
            unique=True,
            postgresql_where=text("superseded_at IS NULL"),
        ),
        Index("ix_course_result_person", "person_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    enrolment_id: UUID = Field(foreign_key="enrolment.id")
    number: int
    person_id: UUID = Field(foreign_key="person.id")
    course_id: UUID = Field(foreign_key="course.id")
    version_id: UUID = Field(foreign_key="course_version.id")
    mark_numerator: int = Field(sa_column=Column(BigInteger, nullable=False))
    mark_denominator: int = Field(sa_column=Column(BigInteger, nullable=False))
    passed: bool
    cef_attendance_percent: int | None = None
    cef_mark_percent: int | None = None
    released_at: datetime = Field(sa_column=utc_column())
    superseded_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    superseded_because: str | None = Field(default=None, sa_column=Column(Text))
