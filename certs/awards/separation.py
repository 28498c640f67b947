"""Nobody decides their own certification, or that of people whom they trained (ISO/IEC 17024)."""

from collections.abc import Iterable
from uuid import UUID

from courses.facts import trained_by
from lms.kernel.problems import Conflict, Fault
from lms.kernel.work import Work


async def too_near(
    work: Work, decider_id: UUID, course_id: UUID, person_ids: Iterable[UUID]
) -> set[UUID]:
    """Those of the people whom the decider may not decide on: oneself, and whom one trained."""
    asked = set(person_ids)
    return await trained_by(work.session, decider_id, course_id, asked) | (asked & {decider_id})


def trained_fault(pointer: str) -> Fault:
    """What is said of somebody who is too near to the decider."""
    return Fault(pointer, "trained_by_decider", "nobody decides on themselves or whom they trained")


async def require_apart(work: Work, course_id: UUID, person_id: UUID) -> None:
    """Refuse the actor who is that person, or trained them.

    Raises:
        Conflict: `trained_by_decider`.
    """
    if await too_near(work, work.actor.person, course_id, [person_id]):
        raise Conflict("trained_by_decider", "somebody else, who did not train them, has to decide")
