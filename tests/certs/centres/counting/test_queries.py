"""The counting statements against the plain evaluation of the same rows, day by day."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from certs.centres.counting.queries import count_on, members_on
from certs.centres.counting.rules import evaluate
from certs.centres.health.look_ahead import foresee, more_in_sight_on
from certs.centres.policy.rules import FIRST
from lms.kernel.ids import new_id
from lms.kernel.locks import Locked, lock
from tests.certs.centres.crowd import a_crowd
from tests.certs.centres.world import CODES

NARROW = replace(
    FIRST,
    version=2,
    qualifying_courses=frozenset({"CPCS", "CCCP"}),
    job_roles_not_counted=frozenset({"cleaner"}),
)
PLACE = text(
    "INSERT INTO assignment (id, organisation_id, centre_id, staff_record_id, is_primary, "
    "valid_from, valid_to, known_at) VALUES (:id, :org, :centre, :staff, :primary, :first, :end, "
    ":at)"
)
STAFF = text(
    "INSERT INTO staff_record (id, organisation_id, staff_number, job_role, created_at, revision) "
    "VALUES (:id, :org, :id_text, :role, :at, 1)"
)
LINK = text(
    "INSERT INTO staff_link (id, organisation_id, staff_record_id, person_id, valid_from, "
    "valid_to, made_at, ended_at) VALUES (:id, :org, :staff, :person, :first, :end, :at, :ended)"
)


class Chance:
    """Random rows around today: places, links and awards that begin, end, or do neither."""

    def __init__(self, world, work, seed):
        self.world, self.work, self.chance = world, work, random.Random(seed)  # noqa: S311
        self.org = world.organisation_id

    def span(self):
        first = self.world.today + timedelta(days=self.chance.choice([-300, -5, -1, 0, 0, 1, 30]))
        days = self.chance.choice([None, None, None, 1, 3, 20, 45, 70, 310])
        return first, None if days is None else first + timedelta(days=days)

    async def member(self, centre):
        staff, at = new_id(), self.work.now()
        role = self.chance.choice([None, "agent", "cleaner"])
        row = {"id": staff, "id_text": str(staff), "org": self.org, "role": role, "at": at}
        await self.work.session.execute(STAFF, row)
        row = {"org": self.org, "centre": centre, "staff": staff, "at": at}
        first, end = self.span()
        stays = [(first, end, self.chance.random() < 0.9)]
        if end is not None and self.chance.random() < 0.5:
            stays.append((end + timedelta(days=self.chance.choice([0, 4])), None, True))
        for stay_first, stay_end, primary in stays:
            stay = {"first": stay_first, "end": stay_end, "primary": primary, "id": new_id()}
            await self.work.session.execute(PLACE, row | stay)
        return staff

    async def linked(self, staff, person):
        first, end = self.span()
        row = {"id": new_id(), "org": self.org, "staff": staff, "person": person}
        ended = None if end is None else self.work.now()
        times = {"at": self.work.now(), "ended": ended, "first": first, "end": end}
        await self.work.session.execute(LINK, row | times)

    async def certified(self, person):
        for code in self.chance.sample(CODES, self.chance.choice([0, 1, 1, 2, 3])):
            first, end = self.span()
            last = None if end is None else end - timedelta(days=1)
            award = await self.world.award_in(
                self.work, person, code=code, from_day=first, last_day=last
            )
            state = self.chance.choice(["in_force", "in_force", "in_force", "suspended", "void"])
            await self.work.session.execute(
                text("UPDATE award SET state = :state WHERE id = :id"),
                {"state": state, "id": award},
            )


async def a_random_centre(world, seed):
    centre = await world.centre()
    people = [await world.person() for _ in range(15)]
    async with world.write() as work:
        await lock(work, Locked.PERSON, people)
        chance = Chance(world, work, seed)
        for person in people:
            await chance.certified(person)
        for person in people:
            staff = await chance.member(centre)
            if chance.chance.random() < 0.85:
                await chance.linked(staff, person)
    return centre


@pytest.mark.parametrize("policy", [FIRST, NARROW], ids=["everybody", "narrow"])
@pytest.mark.parametrize("seed", range(4))
async def test_every_coming_day_is_counted_and_foreseen_alike(world, policy, seed):
    centre = await a_random_centre(world, seed)
    async with world.write() as work:
        today = await count_on(work.session, centre, world.today, policy)
        coming = await foresee(work.session, centre, world.today, policy, today)
        foreseen = {one.day: one.tally for one in coming}
        tally, changes = today.tally, []
        for ahead in range(policy.look_ahead_days + 1):
            day = world.today + timedelta(days=ahead)
            plain = evaluate(policy, day, await members_on(work.session, centre, day)).tally
            counted = await count_on(work.session, centre, day, policy)
            assert counted.tally == plain, day
            tally = foreseen.get(day, tally)
            assert tally == plain, day
            changes.append(plain)
            if ahead and plain != changes[ahead - 1]:
                before = await count_on(work.session, centre, day - timedelta(days=1), policy)
                assert before.turns_on == day


async def test_the_look_ahead_reaches_whatever_may_make_the_tally_worse(world):
    """Each on the day on which it is `look_ahead_days` away, and not a day later."""
    sight = timedelta(days=FIRST.look_ahead_days)
    soon, last = world.today + timedelta(days=20), world.today + timedelta(days=100)
    end = last + timedelta(days=1)

    async def with_place(**stay):
        centre = await world.centre()
        staff = await world.hire(centre, **stay)
        return centre, staff, await world.link(staff)

    for_ever, _, holder = await with_place()
    await world.award(holder)
    await world.award(holder, code="CCCP", last_day=soon)
    expiring, _, holder = await with_place()
    await world.award(holder, last_day=last)
    extended, _, holder = await with_place()
    await world.award(holder, last_day=soon)
    await world.award(holder, code="CCCP", from_day=soon + timedelta(days=1), last_day=last)
    joining_and_expiring, _, holder = await with_place(first_day=soon)
    await world.award(holder, last_day=last)
    leaving, leaver, _ = await with_place()
    await world.leave(leaver, last)
    joining, _, _ = await with_place(first_day=end)
    expected = {
        for_ever: None,
        expiring: end - sight,
        extended: end - sight,
        joining_and_expiring: end - sight,
        leaving: end - sight,
        joining: end - sight,
    }
    async with world.write() as work:
        for policy in (FIRST, NARROW):
            found = {}
            for centre in expected:
                count = await count_on(work.session, centre, world.today, policy)
                found[centre] = await more_in_sight_on(
                    work.session, centre, world.today, policy, count
                )
            assert found == expected


async def test_a_thousand_people_are_counted_in_one_statement(world):
    centre = await world.centre()
    await a_crowd(world, centre, size=1000, qualified=899, linked=950)
    row = await world.standing(centre)
    assert (row.counted, row.qualified, row.required, row.outcome) == (1000, 899, 900, "not_met")
