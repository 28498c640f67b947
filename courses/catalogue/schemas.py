"""Shapes of courses and their versions at the API."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self
from uuid import UUID

import asyncpg
from pydantic import ConfigDict, Field, model_validator

from courses.catalogue.models import Course, CourseVersion, Issue, ValidityKind
from courses.catalogue.queries import WholeVersion
from lms.kernel.schema import In, Out, Reason

Code = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{1,11}$", examples=["CPCS"])]
Title = Annotated[str, Field(min_length=1, max_length=300)]
Word = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[a-z][a-z0-9_]*$")]
Percent = Annotated[int, Field(ge=1, le=100)]
Day = Annotated[date, Field(ge=date(1950, 1, 1), le=date(2199, 12, 31))]
LEFT_OUT: Any = None
"""The value of a field that a body leaves out and that cannot be null."""


class CourseIn(In):
    code: Code
    title_zh_hant: Title
    title_en: Title
    cef_reimbursable: bool = False
    family: Word
    role_level: Word | None = None


class CourseEditIn(In):
    """What is left out stays. Another English title is unverified until it is confirmed."""

    title_zh_hant: Title = LEFT_OUT
    title_en: Title = LEFT_OUT
    cef_reimbursable: bool = LEFT_OUT
    family: Word = LEFT_OUT
    role_level: Word | None = LEFT_OUT


class TitleConfirmationIn(In):
    """The English title as the issuer has it; saying it in full is the confirmation."""

    title_en: Title


class ValidityIn(In):
    """`none`: certificates have no end; `months`: they end after so many."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"kind": "months", "months": 24}]})

    kind: Literal["none", "months"]
    months: Annotated[int, Field(ge=1, le=600)] | None = None

    @model_validator(mode="after")
    def _months_go_with_their_kind(self) -> Self:
        if (self.kind == "months") != (self.months is not None):
            raise ValueError("months are given exactly when the kind is months")
        return self


class ComponentIn(In):
    title_zh_hant: Title
    title_en: Title
    weight: Annotated[int, Field(ge=1, le=1000)] = 1
    pass_mark_percent: Percent | None = None


class VersionEditIn(In):
    """What the operator sets; null is `not set`, and what is left out stays as it is."""

    effective_from: Day = LEFT_OUT
    teach_out_on: Day | None = None
    contact_minutes: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    fee_hkd_cents: Annotated[int, Field(ge=0, le=2_000_000_000)] | None = None
    prerequisites: Annotated[list[Code], Field(max_length=50)] | None = None
    validity: ValidityIn | None = None
    attendance_percent: Percent | None = None
    issue: Issue = LEFT_OUT
    retake_limit: Annotated[int, Field(ge=0, le=1000)] | None = None
    cooling_off_days: Annotated[int, Field(ge=0, le=3650)] | None = None
    cef_attendance_percent: Annotated[int, Field(ge=70, le=100)] | None = None
    cef_mark_percent: Annotated[int, Field(ge=50, le=100)] | None = None
    components: Annotated[list[ComponentIn], Field(max_length=20)] | None = None


class VersionIn(VersionEditIn):
    """A new version; it begins on a named day."""

    effective_from: Day


class ComponentRuleIn(In):
    position: Annotated[int, Field(ge=1, le=20)]
    weight: Annotated[int, Field(ge=1, le=1000)]
    pass_mark_percent: Percent


class PassRuleIn(In):
    """The whole rule as it shall be: it replaces the rule that holds."""

    components: Annotated[list[ComponentRuleIn], Field(min_length=1, max_length=20)]
    attendance_percent: Percent | None
    retake_limit: Annotated[int, Field(ge=0, le=1000)] | None
    cooling_off_days: Annotated[int, Field(ge=0, le=3650)] | None
    cef_attendance_percent: Annotated[int, Field(ge=70, le=100)] | None
    cef_mark_percent: Annotated[int, Field(ge=50, le=100)] | None
    reason: Reason


class CourseOut(Out):
    id: UUID
    code: str
    title_zh_hant: str
    title_en: str
    title_en_status: str
    cef_reimbursable: bool
    family: str
    role_level: str | None
    position: int
    revision: int

    @classmethod
    def of(cls, row: Course) -> Self:
        return cls(**{name: getattr(row, name) for name in cls.__struct_fields__})


class CourseRowOut(Out):
    id: UUID
    code: str
    title_zh_hant: str
    title_en: str
    title_en_status: str
    cef_reimbursable: bool
    family: str
    role_level: str | None
    position: int
    open_for_enrolment: bool

    @classmethod
    def of(cls, row: asyncpg.Record) -> Self:
        return cls(*row)


class ValidityOut(Out):
    kind: ValidityKind
    months: int | None


class ComponentOut(Out):
    id: UUID
    position: int
    title_zh_hant: str
    title_en: str
    weight: int
    pass_mark_percent: int | None


class VersionOut(Out):
    id: UUID
    number: int
    state: str
    effective_from: date
    teach_out_on: date | None
    contact_minutes: int | None
    fee_hkd_cents: int | None
    prerequisites: list[str] | None
    validity: ValidityOut
    attendance_percent: int | None
    issue: Issue
    retake_limit: int | None
    cooling_off_days: int | None
    cef_attendance_percent: int | None
    cef_mark_percent: int | None
    components: list[ComponentOut]
    revision: int

    @classmethod
    def of(cls, found: WholeVersion) -> Self:
        row = found.version
        worked_out: Mapping[str, Any] = {
            "prerequisites": list(found.prerequisites) if row.prerequisites_decided else None,
            "validity": ValidityOut(kind=row.validity_kind, months=row.validity_months),
            "components": [
                ComponentOut(
                    **{name: getattr(part, name) for name in ComponentOut.__struct_fields__}
                )
                for part in found.components
            ],
        }
        return cls(
            **{
                name: worked_out[name] if name in worked_out else getattr(row, name)
                for name in cls.__struct_fields__
            }
        )


class VersionLineOut(Out):
    """A version in a list, without its parts."""

    id: UUID
    number: int
    state: str
    effective_from: date
    teach_out_on: date | None
    revision: int

    @classmethod
    def of(cls, row: CourseVersion) -> Self:
        return cls(**{name: getattr(row, name) for name in cls.__struct_fields__})


class CourseDetailOut(CourseOut):
    """A course with the version that takes enrolments today, if there is one."""

    open_version: VersionOut | None

    @classmethod
    def with_version(cls, row: Course, found: WholeVersion | None) -> Self:
        plain = {name: getattr(row, name) for name in CourseOut.__struct_fields__}
        return cls(**plain, open_version=None if found is None else VersionOut.of(found))
