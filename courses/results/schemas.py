"""Shapes of results at the API."""

from datetime import datetime
from fractions import Fraction
from typing import Self
from uuid import UUID

from courses.enrolment.cef import CefVerdict
from courses.grading.marking import exact
from courses.results.models import ComponentResult, CourseResult
from courses.results.percent import percent_shown
from courses.results.submission import Submitted
from lms.kernel.schema import In, Out, Reason


class ReleaseIn(In):
    reason: Reason


class ReleasedOut(Out):
    released: int


class SubmissionOut(Out):
    """The receipt. The result is at /me/results once it is released."""

    attempt_id: UUID
    state: str
    sealed_at: datetime

    @classmethod
    def of(cls, submitted: Submitted) -> Self:
        return cls(attempt_id=submitted.attempt_id, state="sealed", sealed_at=submitted.sealed_at)


class OwnComponentResultOut(Out):
    """A released result; `points` is exact (`7/2`), `percent` is cut after two places."""

    attempt_id: UUID
    attempt_number: int
    enrolment_id: UUID
    component_id: UUID
    component_title_zh_hant: str
    component_title_en: str
    points: str
    out_of: int
    percent: str
    passed: bool
    released_at: datetime | None


class CefVerdictOut(Out):
    """The Continuing Education Fund's conditions, which are apart from passing."""

    met: bool | None
    attendance_met: bool
    mark_met: bool | None

    @classmethod
    def of(cls, verdict: CefVerdict) -> Self:
        return cls(
            met=verdict.met, attendance_met=verdict.attendance_met, mark_met=verdict.mark_met
        )


class OwnCourseResultOut(Out):
    """The verdict on a course; `cef` is null where the fund does not reimburse it."""

    id: UUID
    enrolment_id: UUID
    course_code: str
    course_title_zh_hant: str
    course_title_en: str
    percent: str
    passed: bool
    released_at: datetime
    cef: CefVerdictOut | None


class OwnResultsOut(Out):
    components: list[OwnComponentResultOut]
    courses: list[OwnCourseResultOut]


class ComponentResultOut(Out):
    """A result as staff see it, released or not."""

    id: UUID
    attempt_id: UUID
    enrolment_id: UUID
    person_id: UUID
    component_id: UUID
    points: str
    out_of: int
    percent: str
    passed: bool
    release_at: datetime | None
    released_at: datetime | None

    @classmethod
    def of(cls, row: ComponentResult) -> Self:
        earned = Fraction(row.earned_numerator, row.earned_denominator)
        return cls(
            id=row.id,
            attempt_id=row.attempt_id,
            enrolment_id=row.enrolment_id,
            person_id=row.person_id,
            component_id=row.component_id,
            points=exact(earned),
            out_of=row.out_of,
            percent=percent_shown(earned / row.out_of),
            passed=row.passed,
            release_at=row.release_at,
            released_at=row.released_at,
        )


class CourseResultOut(Out):
    """One verdict that an enrolment has or had."""

    id: UUID
    number: int
    percent: str
    passed: bool
    released_at: datetime
    superseded_at: datetime | None
    superseded_because: str | None

    @classmethod
    def of(cls, row: CourseResult) -> Self:
        return cls(
            id=row.id,
            number=row.number,
            percent=percent_shown(Fraction(row.mark_numerator, row.mark_denominator)),
            passed=row.passed,
            released_at=row.released_at,
            superseded_at=row.superseded_at,
            superseded_because=row.superseded_because,
        )
