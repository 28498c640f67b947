"""A role that a policy leaves out, given or taken around a decision: what the rows say of it."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from certs.centres.cases import look_back
from certs.centres.counting.queries import count_on, members_on
from certs.centres.evaluations.midnight import evaluate_due
from certs.centres.policy.rules import FIRST
from lms.kernel.clock import day_start, local_day
from tests.certs.centres.people_of_the_issuer import approved

CASES = "SELECT kind, findings FROM centre_case WHERE centre_id = :id ORDER BY id"


@pytest.fixture
async def centre(world):
    """A centre without anybody, under a policy that leaves trainees out."""
    await approved(world, job_roles_not_counted=["trainee"])
    return await world.centre()


async def later(world, staff, role):
    world.clock.advance(timedelta(minutes=10))
    await world.change_role(staff, role)


async def qualified(world, centre, role=None):
    staff = await world.hire(centre, job_role=role)
    await world.award(await world.link(staff))
    return staff


async def issued_for(world, centre):
    """What the only certificate, of today, was decided on; and what cases say it should have."""
    assert await world.decisions(centre) == [("issue", world.today)]
    await look_back.look_back_where_changed(world.works)
    return [
        (one.findings["decided"][:2], one.findings["corrected"][:2])
        for one in await world.rows(CASES, id=centre)
        if one.kind == "correction"
    ]


@pytest.mark.parametrize("back", ["agent", None])
async def test_somebody_unqualified_left_out_for_an_hour_opens_a_case(world, centre, back):
    unqualified = await world.hire(centre, job_role="agent")
    await qualified(world, centre)
    await later(world, unqualified, "trainee")
    await later(world, unqualified, back)
    assert await issued_for(world, centre) == [([1, 1], [1, 2])]


async def test_left_out_yesterday_and_back_after_the_decision_opens_a_case(world, centre):
    unqualified = await world.hire(centre, job_role="agent")
    await world.change_role(unqualified, "trainee")
    world.clock.advance(timedelta(days=1))
    await qualified(world, centre)
    await later(world, unqualified, "agent")
    assert await issued_for(world, centre) == [([1, 1], [1, 2])]


async def test_somebody_qualified_counted_for_an_hour_opens_a_case(world, centre):
    staff = await qualified(world, centre, "trainee")
    await later(world, staff, "agent")
    await later(world, staff, "trainee")
    assert await issued_for(world, centre) == [([1, 1], [0, 0])]


async def test_all_of_it_at_one_instant_opens_a_case_too(world, centre):
    unqualified = await world.hire(centre, job_role="agent")
    await qualified(world, centre)
    await world.change_role(unqualified, "trainee")
    await world.change_role(unqualified, "agent")
    assert await issued_for(world, centre) == [([1, 1], [1, 2])]


async def test_a_trainee_who_becomes_an_agent_after_the_decision_opens_none(world, centre):
    trainee = await world.hire(centre, job_role="trainee")
    await qualified(world, centre)
    await later(world, trainee, "agent")
    assert await issued_for(world, centre) == []


async def test_what_somebody_becomes_on_a_later_day_opens_none(world, centre):
    staff = await qualified(world, centre, "agent")
    day = world.today
    world.clock.at = day_start(day + timedelta(days=1), "Asia/Hong_Kong")
    await world.change_role(staff, "trainee")
    await world.hire(centre)
    await look_back.look_back_where_changed(world.works)
    assert await world.decisions(centre) == [("issue", day)]
    assert await world.rows(CASES, id=centre) == []


async def test_a_late_renewal_counts_the_roles_of_its_day(world, centre):
    await qualified(world, centre)
    [held] = await world.rows("SELECT last_day FROM centre_award WHERE centre_id = :id", id=centre)
    due = held.last_day + timedelta(days=1)
    unqualified = await world.hire(centre, job_role="agent", last_day=due)
    world.clock.at = day_start(due + timedelta(days=3), "Asia/Hong_Kong")
    await world.change_role(unqualified, "trainee")
    await evaluate_due(world.works)
    assert ("refuse_renewal", due) in await world.decisions(centre)


@pytest.mark.parametrize("zone", ["America/Vancouver", "Pacific/Auckland"])
async def test_every_day_has_the_role_with_which_it_ended_in_the_zone_of_the_centre(world, zone):
    """Changes at random instants, some at one instant, against a list of them all."""
    chance = random.Random(zone)  # noqa: S311 - the same lives each time
    centre = await world.centre(zone=zone)
    begun = local_day(world.clock.now(), zone)
    staff = await world.hire(centre, first_day=begun - timedelta(days=3), job_role="agent")
    told = [(datetime.min.replace(tzinfo=UTC), "agent")]
    for hours in chance.choices([0, 0, 2, 9, 20, 31], k=12):
        world.clock.advance(timedelta(hours=hours))
        role = chance.choice(["agent", "trainee", None])
        await world.change_role(staff, role)
        told.append((world.clock.now(), role))
    policy = replace(FIRST, job_roles_not_counted=frozenset({"trainee"}))
    async with world.write() as work:
        for ahead in range(-3, 14):
            day = begun + timedelta(days=ahead)
            ends = day_start(day + timedelta(days=1), zone)
            role = [role for at, role in told if at < ends][-1]
            [member] = await members_on(work.session, centre, day)
            assert member.job_role == role, day
            counted = (await count_on(work.session, centre, day, policy)).tally.counted
            assert counted == (role != "trainee"), day
