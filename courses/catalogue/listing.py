"""The public list of courses: one statement on the raw pool, columns and no entities."""

from datetime import datetime
from uuid import UUID

import asyncpg

from lms.kernel.paging import PageRequest

START = (0, UUID(int=0))
LIST = """
    SELECT c.id, c.code, c.title_zh_hant, c.title_en, c.title_en_status, c.cef_reimbursable,
           c.family, c.role_level, c.position, v.course_id IS NOT NULL AS open_for_enrolment
    FROM course AS c
    LEFT JOIN (
        SELECT DISTINCT taught.course_id
        FROM course_version AS taught
        CROSS JOIN (SELECT ($3::timestamptz AT TIME ZONE zone)::date AS day FROM issuer) AS today
        WHERE taught.state = 'open' AND taught.effective_from <= today.day
          AND (taught.teach_out_on IS NULL OR taught.teach_out_on >= today.day)
    ) AS v ON v.course_id = c.id
    WHERE (c.position, c.id) > ($1, $4)
    ORDER BY c.position, c.id
    LIMIT $2
"""


async def list_rows(pool: asyncpg.Pool, page: PageRequest, at: datetime) -> list[asyncpg.Record]:
    """Courses in the issuer's order, one more than the page holds."""
    position, course_id = _start(page)
    rows: list[asyncpg.Record] = await pool.fetch(LIST, position, page.limit + 1, at, course_id)
    return rows


def _start(page: PageRequest) -> tuple[int, UUID]:
    return (page.after_number(), page.after_id(1)) if page.after else START
