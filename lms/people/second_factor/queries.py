"""Reading second factors. No secret and no code leaves this slice."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from lms.people.second_factor.models import SecondFactor


async def has_second_factor(session: AsyncSession, person_id: UUID) -> bool:
    """Whether somebody has confirmed an authenticator."""
    query = select(col(SecondFactor.confirmed_at)).where(col(SecondFactor.person_id) == person_id)
    return (await session.execute(query)).scalar_one_or_none() is not None


async def lock_second_factor(session: AsyncSession, person_id: UUID) -> SecondFactor | None:
    """Somebody's authenticator under a row lock, so that one code is used once."""
    return await session.get(
        SecondFactor, person_id, with_for_update={"key_share": True}, populate_existing=True
    )
