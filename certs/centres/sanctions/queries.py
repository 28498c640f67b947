"""Reading bars; issuer staff only, the route's permission is the scope."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from certs.centres.sanctions.models import CentreBar
from lms.kernel.paging import PageRequest


async def bars(
    session: AsyncSession, page: PageRequest, *, centre_id: UUID | None
) -> Sequence[CentreBar]:
    """Bars, newest first, one more than the page holds."""
    query = select(CentreBar).order_by(col(CentreBar.id).desc()).limit(page.limit + 1)
    if centre_id is not None:
        query = query.where(col(CentreBar.centre_id) == centre_id)
    if page.after:
        query = query.where(col(CentreBar.id) < page.after_id())
    return (await session.scalars(query)).all()
