"""The issuer's row, and the day that it is for the issuer."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from lms.issuer.models import ISSUER_ID, Issuer
from lms.kernel.clock import local_day
from lms.kernel.work import Work


async def the_issuer(session: AsyncSession) -> Issuer:
    """The one issuer of this deployment."""
    return await session.get_one(Issuer, ISSUER_ID)


async def issuer_day(work: Work) -> date:
    """The calendar day that it is for the issuer now."""
    return local_day(work.now(), (await the_issuer(work.session)).zone)
