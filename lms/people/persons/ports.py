"""What disabling needs to know from the floor above: whether enough admins would be left."""

from typing import Protocol, runtime_checkable
from uuid import UUID

from lms.kernel.work import Work


@runtime_checkable  # the route asks for it, and Litestar looks whether it is one
class EnoughAdmins(Protocol):
    """Implemented by `lms.people.grants.admins`."""

    async def __call__(self, work: Work, person_id: UUID) -> None:
        """Return where this person may be shut out by one person's act.

        Raises:
            Conflict: `too_few_admins`.
        """
        ...
