"""The unit of work: what commits, what does not, and what is delivered."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from lms.app import Platform
from lms.kernel.actor import Actor
from lms.kernel.events import Handler, Handlers, event
from lms.kernel.idempotency import IdempotencyKey, Replay
from lms.kernel.ids import new_id
from lms.kernel.locks import Locked, LockOrderError, note
from lms.kernel.problems import Problem
from lms.kernel.work import Work, Works
from tests.builders.queueing import in_line


@event("tests.something-happened")
class SomethingHappened:
    subject_id: UUID


@pytest.fixture
def heard() -> list[UUID]:
    return []


@pytest.fixture
def listening(works: Works, heard: list[UUID]) -> Works:
    async def hear(work: Work, happened: SomethingHappened) -> None:
        heard.append(happened.subject_id)

    handlers = Handlers([Handler("tests.hear", SomethingHappened, hear)])
    previous, works.handlers = works.handlers, handlers
    yield works
    works.handlers = previous


async def test_a_committed_event_is_delivered_once(
    listening: Works, system: Actor, heard: list[UUID], settle: Callable[[], Awaitable[int]]
) -> None:
    subject = new_id()
    async with listening.write(system) as work:
        await work.emit(SomethingHappened(subject_id=subject))
    assert await settle() == 1
    assert await settle() == 0
    assert heard == [subject]


async def test_a_rolled_back_event_is_not_delivered(
    listening: Works, system: Actor, heard: list[UUID], settle: Callable[[], Awaitable[int]]
) -> None:
    with pytest.raises(RuntimeError):
        async with listening.write(system) as work:
            await work.emit(SomethingHappened(subject_id=new_id()))
            raise RuntimeError("undone")
    assert await settle() == 0
    assert heard == []


async def test_a_read_cannot_write(works: Works, system: Actor) -> None:
    with pytest.raises(DBAPIError, match="read-only"):
        async with works.read(system) as work:
            await work.session.execute(text("DELETE FROM rate_limit"))


async def test_a_repeat_with_the_same_key_gets_the_first_answer(works: Works) -> None:
    actor = Actor(kind="person", person_id=new_id())
    key = IdempotencyKey("k-1", b"same")
    async with works.write(actor, key) as work:
        work.remember({"n": 1})
    with pytest.raises(Replay) as replay:
        async with works.write(actor, key) as work:
            work.remember({"n": 2})
    assert replay.value.body == b'{"n":1}'


async def remembering(works: Works, actor: Actor, number: int) -> None:
    async with works.write(actor, IdempotencyKey("k-1", b"same")) as work:
        work.remember({"n": number})


async def test_who_waits_for_a_key_gets_the_first_answer(opened: Platform, works: Works) -> None:
    actor = Actor(kind="person", person_id=new_id())
    async with works.write(actor, IdempotencyKey("k-1", b"same")) as work:
        waiting = asyncio.create_task(remembering(works, actor, 2))
        await in_line(opened, 1)
        work.remember({"n": 1})
    with pytest.raises(Replay) as replay:
        await waiting
    assert replay.value.body == b'{"n":1}'


async def test_who_waits_for_a_key_takes_it_when_the_first_is_undone(
    opened: Platform, works: Works
) -> None:
    actor = Actor(kind="person", person_id=new_id())
    with pytest.raises(ZeroDivisionError):
        async with works.write(actor, IdempotencyKey("k-1", b"same")):
            waiting = asyncio.create_task(remembering(works, actor, 2))
            await in_line(opened, 1)
            raise ZeroDivisionError
    await waiting
    with pytest.raises(Replay) as replay:
        await remembering(works, actor, 3)
    assert replay.value.body == b'{"n":2}'


async def test_a_key_of_another_request_is_refused(works: Works) -> None:
    actor = Actor(kind="person", person_id=new_id())
    async with works.write(actor, IdempotencyKey("k-1", b"same")) as work:
        work.remember({})
    with pytest.raises(Problem) as problem:
        async with works.write(actor, IdempotencyKey("k-1", b"other")):
            pass
    assert problem.value.code == "idempotency_key_reused"


async def test_locks_out_of_order_are_a_bug(works: Works, system: Actor) -> None:
    async with works.write(system) as work:
        note(work, Locked.ENROLMENT, [new_id()])
        with pytest.raises(LockOrderError):
            note(work, Locked.CENTRE, [new_id()])


async def test_the_past_is_append_only(works: Works, system: Actor) -> None:
    async with works.write(system) as work:
        await work.emit(SomethingHappened(subject_id=new_id()))
    with pytest.raises(DBAPIError, match="never changed"):
        async with works.write(system) as work:
            await work.session.execute(text("UPDATE event SET type = 'x'"))


async def test_what_a_statement_was_given_is_in_no_error(works: Works, system: Actor) -> None:
    with pytest.raises(DBAPIError) as failed:
        async with works.write(system) as work:
            await work.session.execute(text("SELECT nothing WHERE :given"), {"given": "a secret"})
    assert "a secret" not in str(failed.value)
