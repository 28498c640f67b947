"""Whoever is enrolled in a course learns no answer of its exams by their work as staff."""

from uuid import UUID

from courses.enrolment.queries import enrolled_already
from lms.kernel.problems import Forbidden
from lms.kernel.work import Work


async def require_no_candidate(work: Work, course_id: UUID) -> None:
    """Refuse the actor who has a place in the course, or waits for one.

    Asked by whatever shows a key, takes one, or lets one be inferred: banks, regrades, others'
    attempts.

    Raises:
        Forbidden: they are enrolled.
    """
    person_id = work.actor.person_id
    if person_id is None:
        return
    if await enrolled_already(work.session, course_id, [person_id]):
        raise Forbidden("whoever is enrolled in the course sees and sets no keys of its exams")
