"""The unit of work: one actor, one transaction, commit before the answer leaves.

`works.write` and `works.read` are the only ways to a session. Raising inside undoes everything.
"""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from random import Random  # noqa: TID251 - the kernel hands randomness out
from typing import TypeVar
from uuid import UUID

import asyncpg
import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from lms.kernel import events, idempotency
from lms.kernel.actor import Actor
from lms.kernel.clock import Clock
from lms.kernel.events import Handlers
from lms.kernel.idempotency import IdempotencyKey
from lms.kernel.ids import new_id
from lms.kernel.locks import Locked

T = TypeVar("T")

BEGIN = text(
    "SELECT set_config('lms.reach', :reach, true), set_config('transaction_read_only', :ro, true)"
)

EMIT = text(
    """
    WITH happened AS (
        INSERT INTO event (id, type, payload, recorded_at, actor_id, request_id)
        VALUES (:id, :type, CAST(:payload AS jsonb), :at, :actor_id, :request_id)
    ), due AS (
        INSERT INTO event_delivery (event_id, handler, starts)
        SELECT :id, handler, 0 FROM unnest(CAST(:handlers AS text[])) AS handler
    )
    INSERT INTO queue.pgqueuer (priority, entrypoint, payload, status)
    SELECT 0, :entrypoint, convert_to(:id_text || ' ' || handler, 'UTF8'), 'queued'
    FROM unnest(CAST(:handlers AS text[])) AS handler
    """
)

ENTRYPOINT = "deliver"
"""The queue's one entrypoint: the payload names an event and a handler."""


class Work:
    """What a verb needs, and nothing else."""

    def __init__(
        self, session: AsyncSession, actor: Actor, clock: Clock, handlers: Handlers
    ) -> None:
        self.session = session
        self.actor = actor
        self.random: Random = secrets.SystemRandom()
        self.locked: dict[Locked, set[UUID]] = {}
        self.answer: tuple[int, bytes] | None = None
        self._clock = clock
        self._handlers = handlers

    def now(self) -> datetime:
        """The server's clock, which decides; aware, UTC."""
        return self._clock.now()

    def new_id(self) -> UUID:
        return new_id()

    async def emit(self, happened: object) -> UUID:
        """Write an event and its deliveries in this transaction; answers the event's id."""
        event_id = new_id()
        type_name = events.name_of(type(happened))
        await self.session.execute(
            EMIT,
            {
                "id": event_id,
                "id_text": str(event_id),
                "type": type_name,
                "payload": events.encode(happened).decode(),
                "at": self.now(),
                "actor_id": self.actor.person_id,
                "request_id": self.actor.request_id,
                "handlers": [handler.name for handler in self._handlers.of(type_name)],
                "entrypoint": ENTRYPOINT,
            },
        )
        return event_id

    def remember(self, out: T, status: int = 201) -> T:
        """Keep an answer under the request's Idempotency-Key, and hand it back."""
        self.answer = (status, msgspec.json.encode(out))
        return out


class Works:
    """Opens units of work on one database. `pool` is for the hot paths' own statements."""

    def __init__(
        self,
        engine: AsyncEngine,
        pool: asyncpg.Pool,
        clock: Clock,
        handlers: Handlers | None = None,
    ) -> None:
        self.engine = engine
        self.pool = pool
        self.clock = clock
        self.handlers = handlers or Handlers()

    @asynccontextmanager
    async def write(self, actor: Actor, key: IdempotencyKey | None = None) -> AsyncIterator[Work]:
        """A transaction that commits at the end of the block.

        Raises:
            Replay: the key's answer is known; nothing is done again.
            Problem: the key belongs to another request.
        """
        async with self._transaction(actor, read_only=False) as work:
            claimed = key is not None and await idempotency.claim(work, key)
            yield work
            if claimed and key is not None:
                await idempotency.store(work, key)

    @asynccontextmanager
    async def read(self, actor: Actor) -> AsyncIterator[Work]:
        """A transaction that the database itself keeps from writing."""
        async with self._transaction(actor, read_only=True) as work:
            yield work

    @asynccontextmanager
    async def _transaction(self, actor: Actor, *, read_only: bool) -> AsyncIterator[Work]:
        async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
            await session.execute(BEGIN, {"reach": actor.reach, "ro": "on" if read_only else "off"})
            yield Work(session, actor, self.clock, self.handlers)
