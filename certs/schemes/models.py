"""Schemes: what the issuer certifies, by version, and the approved rule for automatic issue."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import CheckConstraint, Column, Field, Index, SQLModel, Text, text

from lms.kernel.db import append_only, enum_column, json_column, utc_column


class SchemeKind(StrEnum):
    COURSE = "course"
    CENTRE = "centre"


class Scheme(SQLModel, table=True):
    """One version of a course's scheme, or of the centre certificate's; the newest holds.

    `automatic` approves issue on a released pass without anybody deciding each case; `approved_by`
    is then the decider of every award made by it. Titles are the centre certificate's only: a
    course has its own.
    """

    __tablename__ = "scheme"
    __table_args__ = (
        Index(
            "uq_scheme_course",
            "course_id",
            "version",
            unique=True,
            postgresql_where=text("kind = 'course'"),
        ),
        Index("uq_scheme_centre", "version", unique=True, postgresql_where=text("kind = 'centre'")),
        CheckConstraint("(kind = 'course') = (course_id IS NOT NULL)", name="of_a_course"),
        CheckConstraint(
            "(kind = 'centre') = (title_zh IS NOT NULL AND title_en IS NOT NULL "
            "AND title_en_confirmed IS NOT NULL)",
            name="titled",
        ),
        CheckConstraint("version >= 1", name="version"),
    )

    id: UUID = Field(primary_key=True)
    issuer_id: UUID = Field(foreign_key="issuer.id")
    kind: SchemeKind = Field(sa_column=enum_column(SchemeKind, name="kind"))
    course_id: UUID | None = Field(default=None, foreign_key="course.id")
    version: int
    automatic: bool
    title_zh: str | None = Field(default=None, sa_column=Column(Text))
    title_en: str | None = Field(default=None, sa_column=Column(Text))
    title_en_confirmed: bool | None = None
    signatories: list[dict[str, Any]] = Field(sa_column=json_column())
    approved_by: UUID = Field(foreign_key="person.id")
    approved_at: datetime = Field(sa_column=utc_column())
    reason: str = Field(sa_column=Column(Text, nullable=False))


EXTRA_DDL: tuple[str, ...] = append_only("scheme")
