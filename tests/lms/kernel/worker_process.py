"""A worker process with handlers that misbehave on purpose; started by test_queue.py.

Its one argument is the database's address. What it does it writes into the table `seen`.
"""

import asyncio
import os
import signal
import sys
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from lms.kernel import db
from lms.kernel.clock import SystemClock
from lms.kernel.events import Handler, Handlers, event
from lms.kernel.work import Work, Works
from lms.worker import Worker, run_until_signal


@event("tests.asked")
class Asked:
    """`how` says what the handler does with it."""

    subject_id: UUID
    how: str


async def handle(work: Work, asked: Asked) -> None:
    await _note(work, asked)
    if asked.how == "fail-once" and await _tries(work, asked) == 1:
        raise RuntimeError("not this time")
    if asked.how == "kill-once" and await _tries(work, asked) == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    if asked.how == "take-long":
        await asyncio.sleep(0.3)
    if asked.how == "kill-always":
        os.kill(os.getpid(), signal.SIGKILL)
    await work.session.execute(
        text("INSERT INTO seen (subject_id, what) VALUES (:id, 'done')"), {"id": asked.subject_id}
    )


async def _note(work: Work, asked: Asked) -> None:
    """Count the try outside the handler's transaction, since a killed one leaves no trace."""
    async with work.session.bind.connect() as other:  # type: ignore[union-attr]
        await other.execute(
            text("INSERT INTO seen (subject_id, what) VALUES (:id, 'try')"),
            {"id": asked.subject_id},
        )
        await other.commit()


async def _tries(work: Work, asked: Asked) -> int:
    found = await work.session.scalar(
        text("SELECT count(*) FROM seen WHERE subject_id = :id AND what = 'try'"),
        {"id": asked.subject_id},
    )
    return int(found or 0)


HANDLERS = Handlers([Handler("tests.handle", Asked, handle)])


IMPATIENT = timedelta(seconds=1)
"""Jobs of a killed worker are picked again sooner than in real life, so that tests are quick."""


async def main(url: str) -> None:
    engine = db.engine(url, pool_size=8)  # a handler here takes a second connection
    pool = await db.hot_pool(url, size=4)
    works = Works(engine, pool, SystemClock(), HANDLERS)
    await run_until_signal(Worker(works, db.plain_dsn(url), [], heartbeat_timeout=IMPATIENT))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
