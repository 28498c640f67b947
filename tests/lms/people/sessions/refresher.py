"""A process that refreshes one session as soon as it is told to; its exit tells how that went."""

import asyncio
import sys

from lms.app import platform
from lms.kernel.problems import Problem
from lms.people.sessions.service import refresh
from lms.settings import Settings


async def main() -> int:
    async with platform(Settings()) as opened:
        await opened.pool.fetchval("SELECT 1")
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        token = sys.stdin.readline().strip()
        try:
            await refresh(opened.works, opened.people.sessions, token)
        except Problem:
            return 3
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
