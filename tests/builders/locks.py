"""Forced interleavings: a test goes on once others wait for a lock that it holds."""

import asyncio

from lms.app import Platform


async def waiters(opened: Platform, count: int) -> None:
    """Return once that many statements wait for another's lock."""
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    async with asyncio.timeout(20):
        while await opened.pool.fetchval(waiting) < count:  # noqa: ASYNC110 - PostgreSQL tells
            await asyncio.sleep(0)
