"""What awards need from the floor above: whoever counts a centre's nine tenths."""

from collections.abc import Iterable
from typing import Protocol, runtime_checkable
from uuid import UUID

from lms.kernel.work import Work


@runtime_checkable  # routes ask for it, and Litestar looks whether it is one
class CentreFractions(Protocol):
    """Told around every change of an award, in the change's own transaction."""

    async def before(self, work: Work, centre_ids: Iterable[UUID]) -> None:
        """Lock the centres, in ascending id, before what is counted is read or written."""
        ...

    async def changed(self, work: Work, centre_ids: Iterable[UUID]) -> None:
        """Count the centres again, each once, now that everything is written."""
        ...
