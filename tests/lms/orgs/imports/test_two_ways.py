"""Whatever is done by the API's verbs and by roster files comes to the same."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lms.kernel.clock import FrozenClock
from lms.kernel.problems import Problem
from lms.kernel.work import Works
from lms.orgs.roster.timeline import Place
from lms.orgs.staff.ends import tell_due_ends
from tests.certs.centres.world import World, a_world
from tests.conftest import MORNING
from tests.lms.orgs.imports.two_ways import DAY, RefusedError, Side, two_companies

NUMBERS = "12"
OFTEN = ("leave", "leave", "lasts", "lasts", "lasts", "move", "join", "link", "beside")
SELDOM = ("restate", "is_now", "waits", "waits late")


@dataclass(frozen=True)
class Act:
    """One act; `first` and `last` are days from the today of then."""

    kind: str
    number: str
    centre: int
    first: int
    last: int | None


acts = st.builds(
    Act,
    st.sampled_from(OFTEN + SELDOM),
    st.sampled_from(NUMBERS),
    st.integers(0, 1),
    st.integers(-4, 4),
    st.none() | st.integers(-2, 9),
)


async def done(side: Side, act: Act, place: Place | None) -> None:
    """Do it at one company; `place` is the member's last at the company of the verbs."""
    today = side.world.today
    first = today + act.first * DAY
    last = None if act.last is None else today + act.last * DAY
    match act.kind:
        case "join":
            await side.join(act.number, act.centre, first, last)
        case "move":
            await side.move(act.number, act.centre, first)
        case "leave":
            await side.leave(act.number, last or today)
        case "restate" | "lasts" if place is None:
            raise RefusedError
        case "restate":
            await side.restate(act.number, place, first)
        case "lasts":
            await side.lasts(act.number, place, last)
        case "link":
            await side.link(act.number)
        case "is_now":
            await side.is_now(act.number, f"role {act.first}")
        case "beside":
            await side.beside(act.number, act.centre, first)


async def can_be_said(side: Side, act: Act) -> bool:
    """Whether a file has words for it, where the verbs do it.

    None has for a move before another that is planned, nor for the end of a link without a place,
    and a whole file takes whoever only has a place beside for somebody who left.
    """
    today = side.world.today
    mine = await side.places(act.number)
    match act.kind:
        case "move":
            return all(place.valid_from <= today + act.first * DAY for place in mine)
        case "lasts":
            end = None if act.last is None else today + (act.last + 1) * DAY
            return bool(mine) and mine[-1].valid_to != end
        case "leave":
            day = today + ((act.last or 0) + 1) * DAY
            beyond = [number for number in NUMBERS if await side.goes_on(number, day)]
            named = [number for number in beyond if await side.places(number)]
            return act.number in beyond and beyond == named
        case "is_now":
            return any(place.on(today) for place in mine)
    return True


@pytest.fixture
async def world(works: Works, clock: FrozenClock) -> World:
    return await a_world(works, clock)


async def live(world: World, lived: list[Act]) -> None:
    """Both companies live through the acts that the verbs do not refuse."""
    world.clock.at = MORNING
    verbs, files = await two_companies(world, NUMBERS)
    for number in NUMBERS[:-1]:  # whose lives are then told; the last has yet to come
        for side in (verbs, files):
            await side.join(number, 0, world.today - 5 * DAY, None)
            await side.link(number)
    for act in lived:
        if act.kind.startswith("waits"):
            world.clock.advance(timedelta(days=abs(act.first)))
            if act.kind == "waits":
                await tell_due_ends(world.works)
            continue
        if not await can_be_said(verbs, act):
            continue
        place = (await verbs.places(act.number) or [None])[-1]
        try:
            await done(verbs, act, place)
        except (Problem, RefusedError):
            continue
        await done(files, act, (await files.places(act.number) or [None])[-1])
    await same(verbs, files)
    world.clock.advance(timedelta(days=30))
    await tell_due_ends(world.works)
    await same(verbs, files)


async def same(verbs: Side, files: Side) -> None:
    days = [date(2026, 2, 10) + n * DAY for n in range(90)]
    assert await files.seen(days) == await verbs.seen(days)


def some(examples: int):
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )


def one(kind: str, first: int = 0, last: int | None = None, *, centre: int = 1) -> Act:
    """An act of the first member."""
    return Act(kind, NUMBERS[0], centre, first, last)


@some(1)
@example([one("leave", last=9), one("lasts", last=3), one("move", 2)])
@example([one("beside"), one("lasts", last=3), one("join", 4, centre=0), one("lasts", last=4)])
@example([one("leave", last=4), one("beside", 5, centre=0), one("restate", -3)])
@example([one("leave", last=4), one("beside", 5, centre=0), one("lasts", last=3)])
@example([one("leave", last=2), one("waits", 3), one("join", last=4), one("link")])
@given(st.lists(acts, min_size=4, max_size=8))
async def test_a_few_lives_by_verbs_and_by_files(world: World, lived: list[Act]) -> None:
    await live(world, lived)


@pytest.mark.soak
@some(150)
@given(st.lists(acts, min_size=6, max_size=20))
async def test_many_lives_by_verbs_and_by_files(world: World, lived: list[Act]) -> None:
    await live(world, lived)
