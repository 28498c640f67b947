"""Killing with SIGKILL at random moments, and what is killed."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Protocol

from tests.crashes.sitting import Hall

LOOK_EVERY = 0.02
PATIENCE_WITH_WORK = 8.0
STRIKES_WORK = 0.8


class House(Protocol):
    """What runs, as the killer sees it."""

    def find(self, victim: str) -> int | None:
        """A process that plays this part now."""

    async def mourn(self, victim: str) -> None:
        """What an operator's machine does after such a death; most need nothing."""


@dataclass(frozen=True)
class Plan:
    """Who dies in which order, how many seconds after the one before, and who submits when.

    `turns`: how far through the deaths, from 0 to 1, the first and the last candidate submit.
    `done`: how much of the work, that the deaths are to strike, was done so far.
    """

    victims: Sequence[str]
    spacing: tuple[float, float]
    turns: tuple[float, float]
    done: Callable[[Hall], Awaitable[int]]


async def kill_all(house: House, hall: Hall, plan: Plan, random: Random) -> None:
    """Kill one after the other, each at a moment that only chance decides.

    Mostly something was done since the death before, so that it strikes work and not a start.
    """
    for number, victim in enumerate(plan.victims):
        hall.progress = (number + 0.5) / len(plan.victims)
        done = await plan.done(hall)
        if random.random() < STRIKES_WORK:
            await _until_more(plan, hall, done)
        await asyncio.sleep(random.uniform(*plan.spacing))
        await eventually(lambda victim=victim: _killed(house, victim), f"kill {victim}")
        await house.mourn(victim)
    hall.progress = 1.0


async def _until_more(plan: Plan, hall: Hall, done: int) -> None:
    async def more() -> bool:
        return await plan.done(hall) > done

    with suppress(TimeoutError):
        await eventually(more, "more work", PATIENCE_WITH_WORK)


async def _killed(house: House, victim: str) -> bool:
    pid = house.find(victim)
    if pid is None:
        return False
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


async def eventually(look: Callable[[], Awaitable[object]], what: str, within: float = 120) -> None:
    """Wait until `look` is true.

    Raises:
        TimeoutError: it never was.
    """
    try:
        async with asyncio.timeout(within):
            while not await look():  # noqa: ASYNC110 - another process's state has no event
                await asyncio.sleep(LOOK_EVERY)
    except TimeoutError:
        raise TimeoutError(f"not within {within} s: {what}") from None
