"""Shapes of schemes at the API."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, model_validator

from certs.schemes.models import Scheme
from lms.kernel.schema import In, Out, Reason

Printed = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
"""A text on one line, as a certificate can bear it."""


class BilingualIn(In):
    zh: Printed | None = None
    en: Printed | None = None

    @model_validator(mode="after")
    def _in_one_script_at_least(self) -> Self:
        if self.zh is None and self.en is None:
            raise ValueError("give the text in Chinese, in English or in both")
        return self


class SignatoryIn(In):
    name: BilingualIn
    title: BilingualIn


class CourseSchemeIn(In):
    """`automatic` approves issue on every released pass of versions that issue automatically."""

    automatic: bool
    signatories: Annotated[list[SignatoryIn], Field(max_length=4)] = Field(default_factory=list)
    reason: Reason


class CentreSchemeIn(In):
    """`title_en_confirmed` ends its being shown as a working translation."""

    title_en: Printed
    title_en_confirmed: bool
    signatories: Annotated[list[SignatoryIn], Field(max_length=4)] = Field(default_factory=list)
    reason: Reason


class SchemeOut(Out):
    id: UUID
    kind: str
    course_id: UUID | None
    version: int
    automatic: bool
    title_zh: str | None
    title_en: str | None
    title_en_confirmed: bool | None
    signatories: list[dict[str, Any]]
    approved_by: UUID
    approved_at: datetime
    reason: str

    @classmethod
    def of(cls, row: Scheme) -> Self:
        return cls(
            id=row.id,
            kind=row.kind.value,
            course_id=row.course_id,
            version=row.version,
            automatic=row.automatic,
            title_zh=row.title_zh,
            title_en=row.title_en,
            title_en_confirmed=row.title_en_confirmed,
            signatories=row.signatories,
            approved_by=row.approved_by,
            approved_at=row.approved_at,
            reason=row.reason,
        )
