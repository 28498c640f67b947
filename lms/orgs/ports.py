"""What companies' rosters need from the floor above: whoever counts a centre's nine tenths."""

from collections.abc import Iterable
from typing import Protocol, runtime_checkable
from uuid import UUID

from lms.kernel.work import Work


@runtime_checkable  # routes ask for it, and Litestar looks whether it is one
class FractionListener(Protocol):
    """Told around everything that can change how many a centre counts, or how many qualify.

    Both calls are in the change's own transaction, so that no change is ever uncounted.
    """

    async def before(self, work: Work, centre_ids: Iterable[UUID]) -> None:
        """Lock the centres, in ascending id, before what is counted is read or written."""
        ...

    async def changed(self, work: Work, centre_ids: Iterable[UUID]) -> None:
        """Count the centres again, now that everything is written."""
        ...
