"""The one statement behind the public page: by the unique verification code, nothing else."""

from datetime import date, datetime
from typing import NamedTuple

import asyncpg

BY_CODE = """
    SELECT payload, payload_hash, token, status, status_at, from_day, last_day, zone
    FROM certificate WHERE verification_code = $1
"""


class Found(NamedTuple):
    """A certificate as anybody with its code may see it."""

    payload: bytes
    payload_hash: bytes
    token: str | None
    status: str
    status_at: datetime
    from_day: date
    last_day: date | None
    zone: str


async def by_code(pool: asyncpg.Pool, code: str) -> Found | None:
    """The certificate with that code. Numbers are no way in: they can be counted up."""
    row = await pool.fetchrow(BY_CODE, code)
    return Found(*row) if row is not None else None
