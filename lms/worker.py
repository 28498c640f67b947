"""The worker process: delivers events to handlers, and looks at what is due (ticks).

Losing its connection, it connects again; killed, its jobs run again elsewhere or on restart.
"""

import asyncio
import signal
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

import asyncpg
import structlog
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.qb import (
    QueryBuilderEnvironment,
    QueryQueueBuilder,
    QuerySchedulerBuilder,
)
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.settings import DBSettings
from pgqueuer.domain.types import Channel
from pgqueuer.errors import RetryRequested
from pgqueuer.models import Job

from lms.kernel.events import Tick
from lms.kernel.queue import Delivery, TryAgain, deliver
from lms.kernel.work import ENTRYPOINT, Works

BATCH = 10
TASKS_MOST = 20
TICKS_AT_ONCE = 3
"""Below the pool's size, so that ticks never wait for connections that ticks hold."""
RECONNECT_SECONDS = 1.0
CHANNEL = Channel("ch_pgqueuer")
HEARTBEAT_TIMEOUT = timedelta(seconds=5)
"""PgQueuer's default re-ran a killed job after 31 s, and delayed retries (ADR-0002)."""

DEQUEUE_TIMEOUT = timedelta(seconds=1)

AWAY = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.TargetServerAttributeNotMatched,
)
"""The database is not there: told in a line each time, since that may last for hours."""

log = structlog.get_logger(__name__)


class TickLocks:
    """Advisory locks that keep a tick to one worker; they end with this one connection."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._connection: asyncpg.Connection | None = None
        self._one_at_a_time = asyncio.Lock()

    async def take(self, name: str) -> bool:
        """Take a tick's lock; False when another worker holds it."""
        return bool(await self._ask("SELECT pg_try_advisory_lock(hashtext($1))", name))

    async def give_back(self, name: str) -> None:
        """Give a tick's lock back."""
        await self._ask("SELECT pg_advisory_unlock(hashtext($1))", name)

    async def close(self) -> None:
        """Close the connection, and so give everything back."""
        if self._connection is not None:
            await self._connection.close(timeout=2)

    async def _ask(self, query: str, name: str) -> object:
        async with self._one_at_a_time:
            if self._connection is None or self._connection.is_closed():
                self._connection = await asyncpg.connect(self._dsn)
            return await self._connection.fetchval(query, f"lms-tick-{name}")


class Worker:
    """Runs until `stop` is called."""

    def __init__(
        self,
        works: Works,
        dsn: str,
        ticks: Sequence[Tick],
        *,
        heartbeat_timeout: timedelta = HEARTBEAT_TIMEOUT,
    ) -> None:
        self.works = works
        self.dsn = dsn
        self.ticks = ticks
        self.heartbeat_timeout = heartbeat_timeout
        self.stopping = asyncio.Event()
        self._locks = TickLocks(dsn)
        self._turns = asyncio.Semaphore(TICKS_AT_ONCE)
        self._queue: QueueManager | None = None

    def stop(self) -> None:
        """Finish what is running, take nothing new."""
        self.stopping.set()
        if self._queue is not None:
            self._queue.shutdown.set()

    async def run(self) -> None:
        """Deliver and tick until stopped."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._deliver_for_ever())
            for tick in self.ticks:
                tasks.create_task(self._tick_for_ever(tick))
        await self._locks.close()

    async def _deliver_for_ever(self) -> None:
        while not self.stopping.is_set():
            try:
                await self._deliver_on_one_connection()
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, ExceptionGroup) as lost:
                log.warning("queue connection lost", error=repr(lost))
                await self._pause(RECONNECT_SECONDS)
            except Exception:
                log.exception("queue stopped")
                await self._pause(RECONNECT_SECONDS)

    async def _deliver_on_one_connection(self) -> None:
        connection = await asyncpg.connect(self.dsn)
        try:
            manager = QueueManager(_queries_over(connection), channel=CHANNEL)
            _bind(manager, self.works)
            self._queue = manager
            await manager.run(
                dequeue_timeout=DEQUEUE_TIMEOUT,
                heartbeat_timeout=self.heartbeat_timeout,
                batch_size=BATCH,
                max_concurrent_tasks=TASKS_MOST,
                shutdown_on_listener_failure=True,
                log_aggregation_interval=timedelta(0),
            )
        finally:
            self._queue = None
            with suppress(Exception):
                await connection.close(timeout=2)

    async def _tick_for_ever(self, tick: Tick) -> None:
        while not self.stopping.is_set():
            try:
                await self._tick_once(tick)
            except AWAY as away:
                log.warning("tick waits for the database", tick=tick.name, error=repr(away))
            except Exception:
                log.exception("tick failed", tick=tick.name)
            await self._pause(tick.every.total_seconds())

    async def _tick_once(self, tick: Tick) -> None:
        """Run a tick unless another worker is at it."""
        async with self._turns:
            if not await self._locks.take(tick.name):
                return
            try:
                await tick.run(self.works)
            finally:
                await self._locks.give_back(tick.name)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), timeout=seconds)


def _queries_over(connection: asyncpg.Connection) -> Queries:
    """PgQueuer's statements on our schema `queue`, whose DDL is frozen in the first migration."""
    names = DBSettings(db_schema="queue")
    return Queries(
        AsyncpgDriver(connection),
        qbe=QueryBuilderEnvironment(settings=names),
        qbq=QueryQueueBuilder(settings=names),
        qbs=QuerySchedulerBuilder(settings=names),
    )


def _bind(manager: QueueManager, works: Works) -> None:
    """Bind the queue's one entrypoint to delivery."""
    suspects = asyncio.Lock()

    @manager.entrypoint(ENTRYPOINT, accepts_context=False)
    async def deliver_job(job: Job) -> None:
        if job.payload is None:
            return
        try:
            await deliver(works, Delivery.of(job.payload), suspects)
        except TryAgain as again:
            raise RetryRequested(delay=again.delay, reason="handler failed") from again


async def run_until_signal(worker: Worker) -> None:
    """Run a worker until SIGTERM or SIGINT, then let it finish."""
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, worker.stop)
    await worker.run()
