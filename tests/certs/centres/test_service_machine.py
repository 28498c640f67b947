"""Random lives of a centre through the real verbs on PostgreSQL, against the plain model.

The tick does not come every day: what it misses is caught up by itself, or by the next change.
"""

import asyncio
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from certs.centres.evaluations.midnight import evaluate_due
from certs.centres.sanctions import service as sanctions
from lms.orgs.roster import closing
from lms.orgs.roster import service as roster
from lms.orgs.roster.service import Stay
from tests.certs.centres.people_of_the_issuer import admin, two_people
from tests.certs.centres.plain_model import PlainAward, PlainCentre
from tests.certs.centres.world import CODES, World
from tests.conftest import MORNING

BY_THE_RULE = ("issue", "renew", "refuse_renewal", "lapse")
FORGET = text("UPDATE centre_standing SET next_evaluation_at = NULL")
BARS = "SELECT id FROM centre_bar WHERE centre_id = :id AND lifted_at IS NULL"


class Life(RuleBasedStateMachine):
    """Runs in a thread; the verbs run in the tests' loop."""

    def __init__(self, world: World, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self.world, self.loop = world, loop
        self.staff: list[UUID] = []
        self.people: dict[UUID, UUID] = {}
        self.award_ids: dict[UUID, list[UUID]] = {}
        self.ticked = True

    def run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(timeout=60)

    def teardown(self):
        self.run(evaluate_due(self.world.works))
        self.ticked = True
        self.the_same_decisions_have_fallen()

        async def forget():
            async with self.world.write() as work:
                await work.session.execute(FORGET)

        self.run(forget())

    @initialize(size=st.integers(0, 10), passed=st.booleans())
    def begins(self, size, passed):
        self.world.clock.at = MORNING
        self.centre = self.run(self.world.centre())
        self.plain = PlainCentre(self.world.today, state="registered")
        for _ in range(size):
            self.joins()
            if passed:
                self.links(self.staff[-1])
                self.passes(self.staff[-1], None)

    @property
    def open(self):
        return self.plain.state != "closed"

    def place(self, staff):
        return self.plain.places[staff]

    @precondition(lambda self: self.open)
    @rule()
    def joins(self):
        staff = self.run(self.world.hire(self.centre))
        self.staff.append(staff)
        self.people[staff] = self.run(self.world.person())
        self.award_ids[staff] = []
        self.plain.places[staff] = (self.plain.today, None)
        self.looked()

    @precondition(lambda self: self.staff and self.open)
    @rule(data=st.data(), ahead=st.sampled_from([-1, 0, 5]))
    def leaves(self, data, ahead):
        staff = data.draw(st.sampled_from(self.staff))
        first, last = self.place(staff)
        if last is None:
            last = self.plain.today + timedelta(days=ahead)
            self.run(self.world.leave(staff, last))
            self.plain.places[staff] = (first, last)
            self.looked()

    @precondition(lambda self: self.staff and self.open)
    @rule(data=st.data())
    def comes_back(self, data):
        staff = data.draw(st.sampled_from(self.staff))
        last = self.place(staff)[1]
        if last is None or last >= self.plain.today:
            return

        async def place():
            async with self.world.write() as work:
                whose, stay = self.world.whose(staff), Stay(self.centre)
                await roster.assign(work, self.world.fractions, whose, stay)

        self.run(place())
        self.plain.places[staff] = (self.plain.today, None)
        self.plain.links.pop(staff, None)
        self.looked()

    @precondition(lambda self: self.staff and self.open)
    @rule(data=st.data())
    def is_linked_or_unlinked(self, data):
        self.links(data.draw(st.sampled_from(self.staff)))

    def links(self, staff):
        if self.place(staff)[1] is not None:
            return
        if self.plain.links.pop(staff, None) is not None:
            self.run(self.world.unlink(staff))
        else:
            self.run(self.world.link(staff, self.people[staff]))
            self.plain.links[staff] = staff
        self.looked()

    @precondition(lambda self: self.staff)
    @rule(data=st.data(), days=st.sampled_from([None, None, 0, 20, 364, 500]))
    def somebody_passes(self, data, days):
        self.passes(data.draw(st.sampled_from(self.staff)), days)

    def passes(self, staff, days):
        held = self.award_ids[staff]
        if len(held) == len(CODES):
            return
        today = self.plain.today
        last = None if days is None else today + timedelta(days=days)
        code = CODES[len(held)]
        held.append(self.run(self.world.award(self.people[staff], code=code, last_day=last)))
        self.plain.awards.setdefault(staff, []).append(PlainAward(today, last))
        self.looked()

    @precondition(lambda self: any(self.award_ids.values()))
    @rule(data=st.data(), state=st.sampled_from(["in_force", "suspended", "revoked"]))
    def an_award_changes(self, data, state):
        staff = data.draw(st.sampled_from([one for one in self.staff if self.award_ids[one]]))
        index = data.draw(st.integers(0, len(self.award_ids[staff]) - 1))
        award = self.plain.awards[staff][index]
        if award.state == "revoked":
            return
        self.run(self.world.set_award(self.people[staff], self.award_ids[staff][index], state))
        award.state = state
        self.looked()

    @precondition(lambda self: self.open)
    @rule()
    def is_barred_or_freed(self):
        async def bar():
            async with self.world.works.write(admin(self.world)) as work:
                await sanctions.open_investigation(work, self.centre, "a complaint", None)

        if self.plain.barred:
            for row in self.run(self.world.rows(BARS, id=self.centre)):
                self.agree(partial(sanctions.propose_lifting, bar_id=row.id, reason="settled"))
        else:
            self.run(bar())
        self.plain.barred = not self.plain.barred
        self.looked()

    def agree(self, propose):
        self.run(two_people(self.world, propose))

    def live(self):
        certificates = self.plain.certificates
        return (
            self.open
            and self.ticked
            and bool(certificates)
            and certificates[-1].state in ("in_force", "suspended")
            and not certificates[-1].ended
        )

    @precondition(live)
    @rule()
    def certificate_is_suspended_or_reinstated(self):
        certificate = self.plain.certificates[-1]
        suspended = certificate.state == "suspended"
        verb = sanctions.reinstate if suspended else sanctions.suspend

        async def act():
            async with self.world.works.write(admin(self.world)) as work:
                await verb(work, self.centre, "a finding")

        self.run(act())
        certificate.state = "in_force" if suspended else "suspended"
        self.looked()

    @precondition(live)
    @rule()
    def certificate_is_revoked(self):
        self.agree(
            partial(
                sanctions.propose_revocation,
                centre_id=self.centre,
                reason="a finding",
                from_issue=False,
                until_day=None,
            )
        )
        self.plain.certificates[-1].state, self.plain.barred = "revoked", True
        self.looked()

    @precondition(lambda self: self.open and len(self.plain.log) > 2)
    @rule()
    def closes(self):
        async def close():
            async with self.world.write() as work:
                await closing.close_centre(
                    work,
                    self.world.fractions,
                    self.world.organisation_id,
                    self.centre,
                    closed_on=None,
                    reason="moved",
                )

        self.run(close())
        self.plain.state = "closed"
        self.looked()

    @rule(days=st.integers(1, 10) | st.sampled_from([200, 364, 365, 366]), tick=st.booleans())
    def time_passes(self, days, tick):
        self.pass_until(self.plain.today + timedelta(days=days), tick)

    @precondition(live)
    @rule(after=st.sampled_from([0, 1, 1, 30]), tick=st.booleans())
    def the_certificate_runs_out(self, after, tick):
        last = max(self.plain.today, self.plain.certificates[-1].last)
        self.pass_until(last + timedelta(days=after), tick)

    def pass_until(self, day, tick):
        self.world.clock.advance(day - self.plain.today)
        self.plain.wait_until(day)
        self.ticked = tick
        if tick:
            self.run(evaluate_due(self.world.works))

    def looked(self):
        self.plain.look()

    @invariant()
    def the_same_decisions_have_fallen(self):
        if not self.ticked:
            return
        decided = self.run(self.world.decisions(self.centre))
        assert [one for one in decided if one[0] in BY_THE_RULE] == self.plain.log

    @invariant()
    def both_count_the_same(self):
        if self.open and self.ticked:
            rows = self.run(
                self.world.rows(
                    "SELECT counted, qualified FROM centre_standing WHERE centre_id = :id",
                    id=self.centre,
                )
            )
            assert [tuple(row) for row in rows] == [self.plain.numbers()]


async def live_through(world, *, examples, steps, life=Life):
    loop = asyncio.get_running_loop()
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    await asyncio.to_thread(run_state_machine_as_test, partial(life, world, loop), settings=chosen)


async def test_a_few_lives(world):
    await live_through(world, examples=10, steps=15)


@pytest.mark.soak
async def test_many_lives(world):
    await live_through(world, examples=200, steps=30)
