"""The public register: centres whose certificate is valid today, and nothing about their people."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from lms.kernel.paging import PageRequest

REGISTER = text(
    """
    SELECT w.id, w.from_day, w.last_day, w.state, c.id AS centre_id, c.zone,
        c.name_zh, c.name_en, o.name_zh AS organisation_zh, o.name_en AS organisation_en,
        (SELECT d.verification_code FROM certificate AS d
            WHERE d.centre_award_id = w.id AND d.status <> 'superseded') AS verification_code
    FROM centre_award AS w
    JOIN centre AS c ON c.id = w.centre_id
    JOIN organisation AS o ON o.id = w.organisation_id
    WHERE w.state IN ('in_force', 'suspended')
        AND (CAST(:now AS timestamptz) AT TIME ZONE c.zone)::date BETWEEN w.from_day AND w.last_day
        AND w.id > CAST(:after AS uuid)
    ORDER BY w.id LIMIT :most
    """
)
BEGINNING = UUID(int=0)


async def certified_centres(
    session: AsyncSession, page: PageRequest, now: datetime
) -> Sequence[Row[Any]]:
    """Certified centres in order of issue, one more than the page holds."""
    after = page.after_id() if page.after else BEGINNING
    rows = await session.execute(REGISTER, {"now": now, "after": after, "most": page.limit + 1})
    return rows.all()
