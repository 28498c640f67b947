"""The issuer's row."""

from sqlalchemy.ext.asyncio import AsyncSession

from lms.issuer.models import ISSUER_ID, Issuer


async def the_issuer(session: AsyncSession) -> Issuer:
    """The one issuer of this deployment."""
    return await session.get_one(Issuer, ISSUER_ID)
