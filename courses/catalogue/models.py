"""Courses, their versions, the versions' components and prerequisites."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import (
    CheckConstraint,
    Column,
    Field,
    Index,
    SQLModel,
    Text,
    UniqueConstraint,
    text,
)

from lms.kernel.db import enum_column, utc_column


class TitleStatus(StrEnum):
    """Whether the issuer has confirmed an English title or it is our rendering of the Chinese."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"


class VersionState(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class ValidityKind(StrEnum):
    """How long a certificate of the course lasts; `unset` blocks opening, `none` is a choice."""

    UNSET = "unset"
    NONE = "none"
    MONTHS = "months"


class Issue(StrEnum):
    """Whether a pass makes the certificate by itself or a person decides."""

    AUTOMATIC = "automatic"
    BY_DECISION = "by_decision"


class Course(SQLModel, table=True):
    __tablename__ = "course"
    __table_args__ = (
        UniqueConstraint("issuer_id", "code", name="uq_course_code"),
        CheckConstraint("code ~ '^[A-Z][A-Z0-9]{1,11}$'", name="code_form"),
        CheckConstraint("position >= 1 AND revision >= 1", name="counters"),
        Index("ix_course_position", "position", "id"),
    )

    id: UUID = Field(primary_key=True)
    issuer_id: UUID = Field(foreign_key="issuer.id")
    code: str = Field(sa_column=Column(Text, nullable=False))
    title_zh_hant: str = Field(sa_column=Column(Text, nullable=False))
    title_en: str = Field(sa_column=Column(Text, nullable=False))
    title_en_status: TitleStatus = Field(sa_column=enum_column(TitleStatus, name="title_en_status"))
    cef_reimbursable: bool
    family: str = Field(sa_column=Column(Text, nullable=False))
    role_level: str | None = Field(default=None, sa_column=Column(Text))
    position: int
    revision: int = Field(default=1)


class CourseVersion(SQLModel, table=True):
    """One state of a course's content and rules; what is open is complete, by constraint.

    `contact_minutes` to `validity_months` are the operator's to set: null means not set.
    `cef_*_percent` are the course's own rules for the fund where they are higher than the fund's.
    """

    __tablename__ = "course_version"
    __table_args__ = (
        UniqueConstraint("course_id", "number", name="uq_course_version_number"),
        Index(
            "uq_course_version_effective",
            "course_id",
            "effective_from",
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
        CheckConstraint("number >= 1 AND revision >= 1", name="counters"),
        CheckConstraint("teach_out_on >= effective_from", name="teach_out"),
        CheckConstraint("contact_minutes BETWEEN 0 AND 1000000", name="contact_minutes"),
        CheckConstraint("fee_hkd_cents >= 0", name="fee"),
        CheckConstraint(
            "(validity_kind = 'months') = (validity_months IS NOT NULL)", name="months"
        ),
        CheckConstraint("validity_months BETWEEN 1 AND 600", name="validity_months"),
        CheckConstraint(
            "attendance_gates = (attendance_percent IS NOT NULL)", name="attendance_gates"
        ),
        CheckConstraint("attendance_percent BETWEEN 1 AND 100", name="attendance_percent"),
        CheckConstraint("retake_limit >= 0", name="retake_limit"),
        CheckConstraint("cooling_off_days >= 0", name="cooling_off_days"),
        CheckConstraint("cef_attendance_percent BETWEEN 70 AND 100", name="cef_attendance_percent"),
        CheckConstraint("cef_mark_percent BETWEEN 50 AND 100", name="cef_mark_percent"),
        CheckConstraint(
            "state = 'draft' OR (validity_kind <> 'unset' AND contact_minutes IS NOT NULL"
            " AND fee_hkd_cents IS NOT NULL AND prerequisites_decided)",
            name="complete",
        ),
    )

    id: UUID = Field(primary_key=True)
    course_id: UUID = Field(foreign_key="course.id")
    number: int
    state: VersionState = Field(
        default=VersionState.DRAFT, sa_column=enum_column(VersionState, name="state")
    )
    effective_from: date
    teach_out_on: date | None = None
    contact_minutes: int | None = None
    fee_hkd_cents: int | None = None
    prerequisites_decided: bool = False
    validity_kind: ValidityKind = Field(
        default=ValidityKind.UNSET, sa_column=enum_column(ValidityKind, name="validity_kind")
    )
    validity_months: int | None = None
    attendance_gates: bool = False
    attendance_percent: int | None = None
    issue: Issue = Field(default=Issue.AUTOMATIC, sa_column=enum_column(Issue, name="issue"))
    retake_limit: int | None = None
    cooling_off_days: int | None = None
    cef_attendance_percent: int | None = None
    cef_mark_percent: int | None = None
    opened_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    closed_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    revision: int = Field(default=1)


class Component(SQLModel, table=True):
    """One assessed part of a version; each is one exam. Weights count against their sum."""

    __tablename__ = "component"
    __table_args__ = (
        UniqueConstraint("version_id", "position", name="uq_component_position"),
        CheckConstraint("position >= 1", name="position"),
        CheckConstraint("weight BETWEEN 1 AND 1000", name="weight"),
        CheckConstraint("pass_mark_percent BETWEEN 1 AND 100", name="pass_mark"),
    )

    id: UUID = Field(primary_key=True)
    version_id: UUID = Field(foreign_key="course_version.id")
    position: int
    title_zh_hant: str = Field(sa_column=Column(Text, nullable=False))
    title_en: str = Field(sa_column=Column(Text, nullable=False))
    weight: int
    pass_mark_percent: int | None = None


class Prerequisite(SQLModel, table=True):
    """A course whose certificate, in force that day, is needed before enrolment in a version."""

    __tablename__ = "prerequisite"

    version_id: UUID = Field(primary_key=True, foreign_key="course_version.id")
    required_course_id: UUID = Field(primary_key=True, foreign_key="course.id", index=True)
