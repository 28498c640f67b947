"""The one statement behind the public page: by the unique verification code, nothing else."""

from datetime import date, datetime
from typing import NamedTuple

import asyncpg

BY_CODE = """
    SELECT payload, payload_hash, token, status, status_at, from_day, last_day, zone,
        CASE WHEN status = 'superseded' THEN coalesce(
            (SELECT n.number FROM certificate AS n
                WHERE n.award_id = c.award_id AND n.status <> 'superseded'),
            (SELECT n.number FROM certificate AS n
                WHERE n.centre_award_id = c.centre_award_id AND n.status <> 'superseded')
        ) END
    FROM certificate AS c WHERE verification_code = $1
"""


class Found(NamedTuple):
    """A certificate as anybody with its code may see it.

    `superseded_by` is the number of the one that stands in its place, however often it was
    corrected: enough to know the new document by, and no way to what that states.
    """

    payload: bytes
    payload_hash: bytes
    token: str | None
    status: str
    status_at: datetime
    from_day: date
    last_day: date | None
    zone: str
    superseded_by: str | None = None


async def by_code(pool: asyncpg.Pool, code: str) -> Found | None:
    """The certificate with that code. Numbers are no way in: they can be counted up."""
    row = await pool.fetchrow(BY_CODE, code)
    return Found(*row) if row is not None else None
