"""Two writers on one centre: never a certificate twice, never one missed, no pass lost.

docs/adr tells why naive code fails; here it is made to.
"""

import asyncio

import pytest
from sqlalchemy.exc import IntegrityError

from certs.centres.decisions.centre import centres_to_decide_on
from certs.centres.evaluations.service import evaluate_now
from lms.kernel.actor import Actor
from lms.orgs.roster import service as roster
from lms.orgs.roster.service import Stay
from lms.orgs.staff import links
from lms.orgs.staff import service as staff
from lms.orgs.staff.service import StaffFacts
from tests.certs.centres.crowd import a_crowd
from tests.certs.centres.replay import replay

BOUNDED, FULL = 5, 300


class Naive:
    """Count without the lock, as one does at first.

    Both have written before either reads, and read how the centre stood before either counts.
    """

    def __init__(self) -> None:
        self.written, self.read = asyncio.Barrier(2), asyncio.Barrier(2)

    async def before(self, work, centre_ids):
        pass

    async def changed(self, work, centre_ids):
        await self.written.wait()
        centres = await centres_to_decide_on(work, centre_ids)
        await self.read.wait()
        for centre in centres:
            await evaluate_now(work, centre, "naive")


async def a_pass(world, person_id, start):
    async with world.works.write(Actor.system("pass")) as work:
        await start.wait()
        await world.award_in(work, person_id)


async def a_hire(world, centre_id, start):
    async with world.works.write(Actor.system("test")) as work:
        world.numbers += 1
        record = await staff.add(
            work, world.organisation_id, StaffFacts(f"H{world.numbers}", None, "New")
        )
    async with world.works.write(Actor.system("hire")) as work:
        await start.wait()
        await roster.assign(work, world.fractions, world.whose(record.id), Stay(centre_id))


async def together(first, second):
    start = asyncio.Barrier(2)
    await asyncio.gather(first(start), second(start))


SCENARIOS = {
    "each reaches nine tenths": (10, 8),
    "only together": (10, 7),
    "a pass against a hire": (10, 8),
}


async def race(world, name):
    size, qualified = SCENARIOS[name]
    centre = await world.centre()
    people = await a_crowd(world, centre, size=size, qualified=qualified)

    def passing(which):
        return lambda start: a_pass(world, people[qualified + which], start)

    def hiring(start):
        return a_hire(world, centre, start)

    await together(passing(0), hiring if name == "a pass against a hire" else passing(1))
    log, changes = await replay(world, centre, size=size, qualified=qualified)
    assert changes == 2
    assert await world.decisions(centre) == log
    return len(log)


@pytest.mark.parametrize("name", SCENARIOS)
async def test_two_writers_decide_as_one_after_the_other(world, name):
    issues = [await race(world, name) for _ in range(BOUNDED)]
    if name != "a pass against a hire":
        assert issues == [1] * BOUNDED


@pytest.mark.soak
@pytest.mark.parametrize("name", SCENARIOS)
async def test_two_writers_on_three_hundred_centres(world, name):
    issues = [await race(world, name) for _ in range(FULL)]
    if name != "a pass against a hire":
        assert issues == [1] * FULL


async def test_counting_without_the_lock_misses_what_two_passes_reach_together(world):
    centre = await world.centre()
    people = await a_crowd(world, centre, size=10, qualified=7)
    world.fractions = Naive()
    with pytest.raises(IntegrityError):  # the sequence number is a net of its own
        await together(
            lambda start: a_pass(world, people[7], start),
            lambda start: a_pass(world, people[8], start),
        )
    assert await world.decisions(centre) == []


async def test_a_link_made_while_its_person_passes_is_counted_with_the_pass(world):
    for _ in range(BOUNDED):
        centre = await world.centre()
        staff_id = await world.hire(centre)
        person = await world.person()

        async def linking(start, staff_id=staff_id, person=person):
            async with world.works.write(Actor.system("link")) as work:
                await start.wait()
                await links.make_link(
                    work, world.fractions, world.organisation_id, staff_id, person_id=person
                )

        await together(linking, lambda start, person=person: a_pass(world, person, start))
        assert len(await world.decisions(centre)) == 1
