"""What passwords need to know from the floor above: whether a second factor stands beside them."""

from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession


class SecondFactors(Protocol):
    """Implemented by `lms.people.second_factor.queries`."""

    async def __call__(self, session: AsyncSession, person_id: UUID) -> bool:
        """Whether the person has a confirmed second factor."""
        ...
