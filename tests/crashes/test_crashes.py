"""The server, its database and the worker die at random moments while fifty candidates sit an exam.

Every acknowledged answer is in the sealed attempt, no certificate is lost or doubled, no number
skipped. `LMS_CRASH_SEED` runs the same moments again.
"""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

import asyncpg
import httpx
import pytest

from lms.app import platform
from lms.migrating import migrate
from lms.serving.postgres.cluster import ADMIN, APPLICATION, OWNER, Cluster
from lms.settings import Settings
from tests.crashes import houses
from tests.crashes.exam_room import ExamRoom, an_exam_room, tokens
from tests.crashes.releasing import release_struck
from tests.crashes.sitting import Hall, Sitting
from tests.crashes.verdict import delivered, faults, settled, struck
from tests.crashes.victims import Plan, eventually, kill_all
from tests.lms.serving.running import free_port

pytestmark = pytest.mark.processes

ROUNDS = ["once", *(pytest.param(f"soak {n}", marks=pytest.mark.soak) for n in range(10))]
"""Twenty deaths in each: two hundred when soaked, always with enough work left to strike."""

PATIENCE = 600.0
NEW_TOKENS_EVERY = 120.0
DEATHS = {houses.API: 13, houses.WEB: 2, houses.WORKER: 2, houses.SERVE: 2, houses.POSTGRES: 1}
"""Most where most happens, fewer where the way back is long."""


@dataclass(frozen=True)
class Prepared:
    """A data folder whose database waits for candidates."""

    cluster: Cluster
    settings: Settings
    room: ExamRoom
    outputs: Path

    @property
    def dsn(self) -> str:
        return self.cluster.url(ADMIN, driver="")


def chance(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - moments of death are no secret


@pytest.fixture
def random() -> Random:
    seed = int(os.environ.get("LMS_CRASH_SEED") or secrets.randbits(32))
    tell(f"LMS_CRASH_SEED={seed}")
    return chance(seed)


@pytest.fixture
async def prepared(tmp_path: Path) -> AsyncIterator[Prepared]:
    """A running cluster that syncs to disk, with an exam that is open now."""
    cluster = Cluster(tmp_path / "var")
    cluster.start()
    try:
        await migrate(cluster.url(OWNER), app_role=APPLICATION)
        chosen = Settings(
            database_url=cluster.url(),
            database_owner_url=cluster.url(OWNER),
            data_dir=tmp_path / "var",
            port=free_port(),
        )
        async with platform(chosen) as opened:
            room = await an_exam_room(opened)
        yield Prepared(cluster, chosen, room, tmp_path)
    finally:
        cluster.stop()
        cluster.folder.remove()


@pytest.mark.parametrize("turn", ROUNDS)
async def test_nothing_acknowledged_is_lost_when_the_server_is_killed(
    prepared: Prepared, random: Random, turn: str
):
    victims = [victim for victim, times in DEATHS.items() for _ in range(times)]
    random.shuffle(victims)
    prepared.cluster.stop()
    plan = Plan(victims, spacing=(0.05, 1.0), turns=(0.4, 1.0), done=saved)
    async with a_client(prepared) as http:
        house = houses.WholeHouse(prepared.settings, prepared.outputs, http)
        with ended(house):
            await house.start()
            await sat_through(prepared, house, http, random, plan)
            assert house.stop() == 0
            assert house.left() == {}


@pytest.mark.parametrize("turn", ROUNDS)
async def test_no_certificate_is_lost_or_doubled_when_the_worker_is_killed(
    prepared: Prepared, random: Random, turn: str
):
    async with a_client(prepared) as http:
        house = houses.HouseOfParts(prepared.settings, prepared.outputs, http)
        with ended(house):
            await house.start()
            plan = Plan(
                [houses.WORKER] * sum(DEATHS.values()),
                spacing=(0.0, 0.3),
                turns=(0.0, 1.0),
                done=lambda _: delivered(prepared.dsn),
            )
            await sat_through(prepared, house, http, random, plan)
            assert house.stop() == 0
            assert house.left() == {}


async def sat_through(
    prepared: Prepared,
    house: houses.AHouse,
    http: httpx.AsyncClient,
    random: Random,
    plan: Plan,
) -> None:
    """All candidates sit the exam to its end while the victims die; then nothing is wrong."""
    room = prepared.room
    hall = Hall(http, await tokens(prepared.settings, room.candidates), room.sitting_id)
    sittings = seated(hall, room, plan, random)
    async with asyncio.timeout(PATIENCE):
        renewal = asyncio.create_task(renew(prepared, hall))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(kill_all(house, hall, plan, random))
            for one in sittings:
                tasks.create_task(one.run())
        await settled(prepared.dsn)
        released = await release_struck(prepared.settings, prepared.dsn)
        await settled(prepared.dsn)
        await eventually(lambda: houses.answers(http), "the server answers after all")
        found = await faults(prepared.dsn, http, room, sittings)
        renewal.cancel()
    starts = await struck(prepared.dsn)
    tell(f"{hall.acknowledged} answers saved, asked again {hall.asked_again}")
    tell(f"deliveries by {starts=}, {released=}")
    assert hall.surprises == []
    assert not found, "\n".join(found)


def seated(hall: Hall, room: ExamRoom, plan: Plan, random: Random) -> list[Sitting]:
    """Everybody at their place, in an order of chance; one submits after the other."""
    first, last = plan.turns
    order = random.sample(room.candidates, len(room.candidates))
    step = (last - first) / len(order)
    return [
        Sitting(hall, one, turn=first + step * number, random=chance(random.getrandbits(32)))
        for number, one in enumerate(order, start=1)
    ]


async def saved(hall: Hall) -> int:
    """What is to be under way when the server dies."""
    return hall.acknowledged


async def renew(prepared: Prepared, hall: Hall) -> None:
    """Fresh tokens before the old ones end; while the database is away, a little later."""
    while True:
        await asyncio.sleep(NEW_TOKENS_EVERY)
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            hall.tokens = await tokens(prepared.settings, prepared.room.candidates)


@asynccontextmanager
async def a_client(prepared: Prepared) -> AsyncIterator[httpx.AsyncClient]:
    """The way to the server for everybody, with a connection for each."""
    limits = httpx.Limits(max_connections=None)
    address = f"http://127.0.0.1:{prepared.settings.port}"
    async with httpx.AsyncClient(base_url=address, limits=limits, timeout=30) as http:
        yield http


@contextmanager
def ended(house: houses.AHouse) -> Iterator[None]:
    """Whatever happens, nothing is left behind; what was said is shown with a failure."""
    try:
        yield
    finally:
        house.kill_all()
        tell(house.said())


def tell(text: str) -> None:
    """Shown when a test fails."""
    print(text)  # noqa: T201 - captured, and shown with a failure
