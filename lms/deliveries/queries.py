"""Reading deliveries that are held after too many starts."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from lms.kernel.models import EventDelivery, EventRow
from lms.kernel.paging import PageRequest


async def held(session: AsyncSession, page: PageRequest) -> Sequence[Row[*tuple[Any, ...]]]:
    """Held deliveries with their events, oldest event first, one more than the page holds."""
    query = (
        select(
            col(EventDelivery.event_id),
            col(EventDelivery.handler),
            col(EventDelivery.starts),
            col(EventDelivery.held_at),
            col(EventDelivery.last_error),
            col(EventRow.type),
        )
        .join(EventRow, col(EventRow.id) == col(EventDelivery.event_id))
        .where(col(EventDelivery.held_at).is_not(None))
        .order_by(col(EventDelivery.event_id), col(EventDelivery.handler))
        .limit(page.limit + 1)
    )
    if page.after:
        seen = tuple_(col(EventDelivery.event_id), col(EventDelivery.handler))
        query = query.where(seen > tuple_(page.after_id(), page.after_text(-1)))
    return (await session.execute(query)).all()
