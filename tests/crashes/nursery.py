"""Forks a worker for each line on its standard input and writes its process id.

The workers are those of `lms worker`; this process has loaded all that they need. At the end of
input it tells the last one to stop, and waits for it.
"""

import asyncio
import os
import signal
import sys

from lms.app import platform
from lms.kernel.db import plain_dsn
from lms.serving.processes.orphans import follow_parent
from lms.settings import settings
from lms.web.logs import configure_logs
from lms.worker import Worker, run_until_signal


async def work() -> None:
    chosen = settings()
    configure_logs(chosen)
    async with platform(chosen) as opened:
        dsn = plain_dsn(chosen.database_url)
        await run_until_signal(Worker(opened.works, dsn, opened.wiring.ticks))


def child() -> None:
    follow_parent(signal.SIGKILL)
    os.close(0)
    os.dup2(2, 1)
    asyncio.run(work())


def main() -> None:
    newest = 0
    for _ in sys.stdin:
        if newest:
            os.waitpid(newest, 0)
        newest = os.fork()
        if newest == 0:
            child()
            return
        sys.stdout.write(f"{newest}\n")
        sys.stdout.flush()
    if newest:
        os.kill(newest, signal.SIGTERM)
        os.waitpid(newest, 0)


if __name__ == "__main__":
    main()
