"""Nobody decides the certification of people whom they trained (ISO/IEC 17024)."""

from collections.abc import Iterable
from uuid import UUID

from courses.facts import trainers_of
from lms.kernel.problems import Conflict, Fault
from lms.kernel.work import Work


async def trained_by(
    work: Work, decider_id: UUID, course_id: UUID, person_ids: Iterable[UUID]
) -> set[UUID]:
    """Those of the people whom the decider trained in that course."""
    return {
        person_id
        for person_id in person_ids
        if decider_id in await trainers_of(work.session, person_id, course_id)
    }


def trained_fault(pointer: str) -> Fault:
    """What is said of somebody whom the decider trained."""
    return Fault(pointer, "trained_by_decider", "whoever trained somebody does not decide on them")


async def require_apart(work: Work, course_id: UUID, person_id: UUID) -> None:
    """Refuse the actor who trained that person.

    Raises:
        Conflict: `trained_by_decider`.
    """
    if await trained_by(work, work.actor.person, course_id, [person_id]):
        raise Conflict("trained_by_decider", "somebody who did not train them has to decide")
