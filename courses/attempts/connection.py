"""The asyncpg connection of a unit of work, for a hot path's statements in its transaction."""

import asyncpg

from lms.kernel.work import Work


async def connection_of(work: Work) -> asyncpg.Connection:
    """The connection on which `work` has begun its transaction."""
    connection = await work.session.connection()
    raw = await connection.get_raw_connection()
    driver: asyncpg.Connection = raw.driver_connection
    return driver
