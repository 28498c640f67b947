"""Whether a person may be enrolled in a course, and in which version: checked before any seat."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from courses.catalogue import queries as catalogue
from courses.catalogue.in_effect import OpenVersion
from courses.catalogue.models import Course
from courses.enrolment.pinning import pinned
from courses.enrolment.ports import CertifiedDays
from courses.schedule.models import ClassState, CourseClass
from lms.issuer.queries import issuer_day
from lms.kernel.problems import Conflict, NotFound, Problem
from lms.kernel.work import Work


@dataclass(frozen=True, slots=True)
class Offer:
    """What a newcomer would be enrolled in: a course, the version pinned, and perhaps a class."""

    course: Course
    version: OpenVersion
    day: date
    prerequisites: tuple[str, ...]
    run: CourseClass | None


async def offer(work: Work, course_code: str, run: CourseClass | None) -> Offer:
    """What is on offer today; `run` is the locked class, if one is wanted.

    Raises:
        NotFound: no such course, or the class is not of this course.
        Conflict: `class_not_open`, `course_not_open`.
    """
    course = await catalogue.require_course(work.session, course_code)
    if run is not None:
        version = await catalogue.version_by_id(work.session, run.version_id)
        if version.course_id != course.id:
            raise NotFound
        if run.state is not ClassState.OPEN:
            raise Conflict("class_not_open", f"it is {run.state.value}")
    day = await issuer_day(work)
    versions = await catalogue.open_versions(work.session, course.id)
    found = pinned(versions, None if run is None else run.version_id, day)
    if found is None:
        raise Conflict("course_not_open", "no version of it takes enrolments today")
    asked = await catalogue.prerequisites(work.session, found.id)
    return Offer(course, found, day, tuple(asked), run)


async def prerequisites_missing(
    work: Work, certificates: CertifiedDays, offered: Offer, person_ids: Collection[UUID]
) -> dict[UUID, list[str]]:
    """Whom the offer does not admit, with the courses whose certificates they lack today."""
    if not offered.prerequisites:
        return {}
    held = await certificates.certified(work.session, dict.fromkeys(person_ids, offered.day))
    lacking = {
        person: [code for code in offered.prerequisites if code not in held.get(person, {})]
        for person in person_ids
    }
    return {person: codes for person, codes in lacking.items() if codes}


async def require_prerequisites(
    work: Work, certificates: CertifiedDays, offered: Offer, person_id: UUID
) -> None:
    """Refuse whom the course does not admit.

    Raises:
        Problem: `prerequisites_missing`, naming the courses.
    """
    lacking = await prerequisites_missing(work, certificates, offered, [person_id])
    if lacking:
        raise Problem(
            "certificates in force that day are needed first",
            code="prerequisites_missing",
            extra={"course_codes": lacking[person_id]},
        )
