"""Forcing an interleaving: somebody holds a row until the others stand in line for it."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from lms.app import Platform

T = TypeVar("T")

WAITING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
PATIENCE_SECONDS = 20


async def in_line(opened: Platform, count: int) -> None:
    """Wait until that many transactions wait for a lock."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await opened.pool.fetchval(WAITING) < count:  # noqa: ASYNC110 - PostgreSQL says it
            await asyncio.sleep(0.005)


async def at_once(*calls: Coroutine[Any, Any, T]) -> list[T]:
    """Make requests that overlap; the test client blocks the loop of each, so each has its own."""
    threads = ThreadPoolExecutor(len(calls))
    loop = asyncio.get_running_loop()
    try:
        return await asyncio.gather(
            *(loop.run_in_executor(threads, asyncio.run, call) for call in calls)
        )
    finally:
        threads.shutdown(wait=False)
