"""A handler of many takes what waits for it along; one bad event holds up no other."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from lms.kernel.actor import Actor
from lms.kernel.events import Handler, Handlers, event
from lms.kernel.ids import new_id
from lms.kernel.queue import Delivery, TryAgain, deliver
from lms.kernel.work import Work, Works

NAME = "tests.fold"
UNDONE = "SELECT count(*) FROM event_delivery WHERE done_at IS NULL"


@event("tests.piled-up")
class PiledUp:
    subject_id: UUID


class Pile:
    """What was handled together; `bad` are refused."""

    def __init__(self) -> None:
        self.transactions: list[int] = []
        self.handled: list[UUID] = []
        self.bad: set[UUID] = set()

    async def take(self, work: Work, happened: PiledUp) -> None:
        if happened.subject_id in self.bad:
            raise RuntimeError("a bad one")
        self.transactions.append(id(work))
        self.handled.append(happened.subject_id)


@pytest.fixture
def pile(works: Works) -> Iterator[Pile]:
    ready = Pile()
    handlers = Handlers([Handler.in_turn(NAME, PiledUp, ready.take)])
    previous, works.handlers = works.handlers, handlers
    yield ready
    works.handlers = previous


async def _pile_up(works: Works, system: Actor, subjects: list[UUID]) -> list[Delivery]:
    async with works.write(system) as work:
        return [Delivery(await work.emit(PiledUp(subject_id=one)), NAME) for one in subjects]


async def test_one_transaction_takes_what_waits_oldest_first(
    works: Works, system: Actor, pile: Pile
) -> None:
    subjects = [new_id() for _ in range(3)]
    first, *others = await _pile_up(works, system, subjects)
    await deliver(works, first)
    assert pile.handled == subjects
    assert len(set(pile.transactions)) == 1
    for one in others:
        await deliver(works, one)
    assert pile.handled == subjects


async def test_after_a_failure_each_goes_alone_and_only_the_bad_one_waits(
    works: Works, system: Actor, pile: Pile
) -> None:
    subjects = [new_id() for _ in range(3)]
    pile.bad = {subjects[1]}
    first, bad, last = await _pile_up(works, system, subjects)
    for one in (first, bad):
        with pytest.raises(TryAgain):
            await deliver(works, one)
    assert await works.pool.fetchval(UNDONE) == len(subjects)
    pile.handled.clear()
    for one in (last, first):
        await deliver(works, one)
    with pytest.raises(TryAgain):
        await deliver(works, bad)
    assert pile.handled == [subjects[2], subjects[0]]
    assert await works.pool.fetchval(UNDONE) == 1
