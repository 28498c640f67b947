"""Nobody decides in their own matter: what one person decides alone, they decide for others."""

from uuid import UUID

from lms.kernel.problems import Conflict
from lms.kernel.work import Work


def require_others_matter(work: Work, *person_ids: UUID) -> None:
    """Refuse the actor who is one of the people whom the act concerns.

    Raises:
        Conflict: `second_person_needed`.
    """
    if work.actor.person_id in person_ids:
        raise Conflict("second_person_needed", "nobody decides in their own matter")
