"""What happened in learning, for the slices beside and above the one that says it."""

from datetime import date
from typing import Literal
from uuid import UUID

from lms.kernel.events import event

# --- the catalogue: said by courses/catalogue ---


@event("courses.version-closed")
class VersionClosed:
    """A course version takes no more enrolments, for good."""

    version_id: UUID
    course_id: UUID


# --- enrolment: said by courses/enrolment ---


@event("courses.enrolment-confirmed")
class EnrolmentConfirmed:
    """Somebody has a place; one who had waited is told by `WaitlistPromoted` instead."""

    enrolment_id: UUID
    person_id: UUID
    course_id: UUID
    class_id: UUID | None
    organisation_id: UUID | None


@event("courses.enrolment-waitlisted")
class EnrolmentWaitlisted:
    """The class is full and somebody waits for a seat."""

    enrolment_id: UUID
    person_id: UUID
    course_id: UUID
    class_id: UUID
    organisation_id: UUID | None


@event("courses.waitlist-promoted")
class WaitlistPromoted:
    """A seat was freed and whoever waited longest has it."""

    enrolment_id: UUID
    person_id: UUID
    course_id: UUID
    class_id: UUID
    organisation_id: UUID | None


@event("courses.enrolment-withdrawn")
class EnrolmentWithdrawn:
    """A place, or a place on the waitlist, was given up; `reason` is a stable word.

    `own`: by the learner; `admin`: by issuer staff; `sponsor`: by the company's manager;
    `sponsor_left`: the person left the company that paid; `class_closed`, `class_cancelled`.
    """

    enrolment_id: UUID
    person_id: UUID
    course_id: UUID
    class_id: UUID | None
    organisation_id: UUID | None
    reason: str


@event("courses.class-full")
class ClassFull:
    """The last free seat of a class was taken or is kept for a company."""

    class_id: UUID
    course_id: UUID
    seats: int


# --- results: said by courses/results ---


@event("courses.course-passed")
class CoursePassed:
    """A course result that is a pass was released.

    `passed_on` is the day of that release in the issuer's zone. `validity_months` None: a
    certificate of this version has no end.
    """

    person_id: UUID
    enrolment_id: UUID
    course_id: UUID
    course_code: str
    version_id: UUID
    course_result_id: UUID
    passed_on: date
    validity_months: int | None
    issue: Literal["automatic", "by_decision"]


@event("courses.results-released")
class ResultsReleased:
    """Results that an enrolment waited for may be known; those known at submission are not news."""

    enrolment_id: UUID


@event("courses.results-changed")
class ResultsChanged:
    """Results that were released are others since a regrade."""

    enrolment_id: UUID


@event("courses.course-result-withdrawn")
class CourseResultWithdrawn:
    """A released pass turned out to be none, by a regrade."""

    course_result_id: UUID
    person_id: UUID
    enrolment_id: UUID
    course_id: UUID
    course_code: str
    reason: str
