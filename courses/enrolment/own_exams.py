"""Whoever is enrolled in a course has no say in its exams, and learns no answer, as staff."""

from uuid import UUID

from courses.enrolment.queries import enrolled_already
from lms.kernel.problems import Conflict, Forbidden
from lms.kernel.work import Work


async def require_no_candidate(work: Work, course_id: UUID) -> None:
    """Refuse the actor who has a place in the course, or waits for one.

    Asked by whatever shows a question or its key, takes one, or lets a key be inferred: banks,
    regrades, others' attempts.

    Raises:
        Forbidden: they are enrolled.
    """
    if await _is_candidate(work, course_id):
        raise Forbidden("whoever is enrolled in the course sees and sets no question of its exams")


async def require_others_exam(work: Work, course_id: UUID) -> None:
    """Refuse such an actor where it is decided how the course's exams are sat and passed.

    Raises:
        Conflict: `second_person_needed`.
    """
    if await _is_candidate(work, course_id):
        raise Conflict("second_person_needed", "nobody decides on an exam that they are to sit")


async def _is_candidate(work: Work, course_id: UUID) -> bool:
    person_id = work.actor.person_id
    if person_id is None:
        return False
    return bool(await enrolled_already(work.session, course_id, [person_id]))
