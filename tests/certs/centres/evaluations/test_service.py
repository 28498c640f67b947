"""The centre certificate in the transactions that change it, on PostgreSQL."""

from datetime import date, timedelta

import pytest

from certs.centres.decisions.validity import last_day_of
from lms.orgs.centres import service as centres
from tests.certs.centres.crowd import a_crowd

MONDAY = date(2026, 3, 2)


async def test_the_eighteenth_of_twenty_makes_the_certificate_by_itself(world):
    centre = await world.centre()
    await world.certified(centre, 17)
    staff = [await world.hire(centre) for _ in range(3)]
    assert await world.decisions(centre) == [("issue", MONDAY)]  # the first, alone, was all
    person = await world.link(staff[0])
    assert (await world.standing(centre)).qualified == 17
    await world.award(person)
    row = await world.standing(centre)
    assert (row.counted, row.qualified, row.required, row.outcome) == (20, 18, 18, "met")


async def test_eighteen_of_twenty_issue_and_eight_of_nine_do_not(world):
    for size, passes, decisions in ((20, 18, [("issue", MONDAY)]), (9, 8, [])):
        centre = await world.centre()
        people = await a_crowd(world, centre, size=size, qualified=passes - 1)
        assert await world.decisions(centre) == []
        await world.award(people[passes - 1])
        assert await world.decisions(centre) == decisions


async def test_the_certificate_lasts_until_the_day_before_the_same_date(world):
    centre = await world.centre()
    await world.certified(centre, 1)
    [award] = await world.rows("SELECT * FROM centre_award WHERE centre_id = :id", id=centre)
    assert (award.from_day, award.last_day, award.state) == (
        MONDAY,
        date(2027, 3, 1),
        "in_force",
    )
    assert award.last_day == last_day_of(MONDAY)


async def test_an_unqualified_leaver_can_make_it_true(world):
    centre = await world.centre()
    leaver = await world.hire(centre)
    await a_crowd(world, centre, size=19, qualified=17)
    assert await world.decisions(centre) == []
    await a_crowd(world, centre, size=1, qualified=1)
    assert await world.decisions(centre) == []
    await world.leave(leaver, world.today - timedelta(days=1))
    row = await world.standing(centre)
    assert (row.counted, row.qualified, row.health) == (20, 18, "at_risk")
    assert await world.decisions(centre) == [("issue", MONDAY)]


async def test_registration_evaluates_what_was_there_before(world):
    centre = await world.centre(registered=False)
    await world.certified(centre, 3)
    assert await world.decisions(centre) == []
    async with world.write() as work:
        await centres.register(work, world.fractions, world.organisation_id, centre)
    assert await world.decisions(centre) == [("issue", MONDAY)]


@pytest.mark.parametrize("state", ["suspended", "revoked", "void"])
async def test_a_dip_leaves_the_certificate_and_shows_below(world, state):
    centre = await world.centre()
    [(_, person)] = await world.certified(centre, 1)
    [award] = await world.rows("SELECT id FROM award WHERE person_id = :id", id=person)
    await world.set_award(person, award.id, state)
    assert await world.decisions(centre) == [("issue", MONDAY)]
    row = await world.standing(centre)
    assert (row.outcome, row.health) == ("not_met", "below")
    [held] = await world.rows("SELECT state FROM centre_award WHERE centre_id = :id", id=centre)
    assert held.state == "in_force"


async def test_each_evaluation_takes_the_next_number(world):
    centre = await world.centre()
    await world.certified(centre, 2)
    rows = await world.rows(
        "SELECT seq FROM centre_evaluation WHERE centre_id = :id ORDER BY seq", id=centre
    )
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert (await world.standing(centre)).seq == len(rows)
