"""All centres for the issuer's staff; the route's permission is the scope."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from certs.centres.health.rules import Health
from lms.kernel.paging import PageRequest
from lms.kernel.problems import NotFound

LINES = """
    SELECT c.id AS centre_id, c.organisation_id, c.name_zh, c.name_en, c.state, s.day, s.counted,
        s.qualified, s.required, s.outcome, s.health, s.breaks_on,
        CASE WHEN w.state = 'in_force'
                AND w.last_day < CAST(CAST(:now AS timestamptz) AT TIME ZONE c.zone AS date)
            THEN 'expired' ELSE w.state END AS certificate_status,
        w.last_day, s.at AS evaluated_at
    FROM centre_standing AS s
    JOIN centre AS c ON c.id = s.centre_id
    LEFT JOIN LATERAL (
        SELECT a.state, a.last_day FROM centre_award AS a WHERE a.centre_id = c.id
        ORDER BY a.from_day DESC, a.id DESC LIMIT 1
    ) AS w ON true
"""
ALL = text(
    LINES
    + """
    WHERE s.centre_id > CAST(:after AS uuid)
        AND (CAST(:health AS text) IS NULL OR s.health = CAST(:health AS text))
    ORDER BY s.centre_id LIMIT :most
    """
)
ONE = text(LINES + "WHERE s.centre_id = :centre_id")
BEGINNING = UUID(int=0)


async def standings(
    session: AsyncSession, page: PageRequest, now: datetime, *, health: Health | None
) -> Sequence[Row[Any]]:
    """Evaluated centres, one more than the page holds."""
    parameters = {
        "after": page.after_id() if page.after else BEGINNING,
        "health": None if health is None else health.value,
        "most": page.limit + 1,
        "now": now,
    }
    return (await session.execute(ALL, parameters)).all()


async def standing_of(session: AsyncSession, centre_id: UUID, now: datetime) -> Row[Any]:
    """One centre's line.

    Raises:
        NotFound: it has never been evaluated.
    """
    parameters = {"centre_id": centre_id, "now": now}
    found = (await session.execute(ONE, parameters)).one_or_none()
    if found is None:
        raise NotFound
    return found
