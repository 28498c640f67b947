"""The past stated anew, and whose today it is."""

from datetime import date, datetime, timedelta

import pytest

from lms.kernel.clock import FrozenClock
from lms.kernel.problems import Conflict
from lms.kernel.work import Works
from lms.orgs.roster import service
from lms.orgs.roster.closing import close_centre
from lms.orgs.roster.queries import assignments_of_record, roster_on
from lms.orgs.roster.service import Stay, Whose
from lms.orgs.staff.links import make_link, unlink
from tests.builders.orgs import SYSTEM, Watched, a_centre, a_company, a_member, rows
from tests.builders.people import a_person
from tests.builders.rosters import counted_on

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)


class TickingClock(FrozenClock):
    """Every look at it is a little later, as on a real wall."""

    def now(self) -> datetime:
        self.advance(timedelta(microseconds=1))
        return super().now()


async def test_what_an_act_supersedes_and_adds_changes_at_one_instant(
    works: Works, clock: FrozenClock
) -> None:
    """Else there would be moments at which, as was known then, somebody worked nowhere."""
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        east, west = [await a_centre(work, company, name) for name in ("East", "West")]
        record = await a_member(work, company, centre=east)
    clock.advance(timedelta(hours=1))
    ticking = Works(works.engine, works.pool, TickingClock(clock.now()))
    async with ticking.write(SYSTEM) as work:
        await service.transfer(work, Watched(), Whose(company.id, record.id), west.id, TODAY)
    async with works.read(SYSTEM) as work:
        instants = await rows(
            work,
            "SELECT superseded_at FROM assignment WHERE superseded_at IS NOT NULL "
            "UNION SELECT known_at FROM assignment WHERE superseded_at IS NULL",
        )
    assert len(instants) == 1


async def test_who_a_record_was_about_is_told_as_was_known_then(
    works: Works, clock: FrozenClock
) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        record = await a_member(work, company, centre=await a_centre(work, company))
        person = await a_person(work)
    instants = [clock.now()]
    clock.advance(timedelta(hours=1))
    async with works.write(SYSTEM) as work:
        since = TODAY - 20 * DAY
        await make_link(
            work, Watched(), company.id, record.id, person_id=person.id, first_day=since
        )
    instants.append(clock.now())
    clock.advance(timedelta(hours=1))
    async with works.write(SYSTEM) as work:
        last = TODAY - 15 * DAY
        await unlink(work, Watched(), company.id, record.id, last_day=last, reason="a slip")
    instants.append(clock.now())
    day = TODAY - 10 * DAY
    async with works.read(SYSTEM) as work:
        told = [
            [link and link.person_id for _, _, link in found]
            for known_at in instants
            for found in [await roster_on(work.session, company.id, day, None, known_at=known_at)]
        ]
        now = [link for _, _, link in await roster_on(work.session, company.id, day, None)]
    assert (told, now) == ([[None], [person.id], [None]], [None])


async def test_the_past_of_a_closed_centre_is_stated_anew_but_not_beyond_its_end(
    works: Works,
) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        centre = await a_centre(work, company)
        record = await a_member(work, company, centre=centre, first_day=TODAY - 9 * DAY)
    watched = Watched()
    async with works.write(SYSTEM) as work:
        await close_centre(work, watched, company.id, centre.id, closed_on=TODAY, reason="over")
        (place,) = await assignments_of_record(work.session, record.id, superseded=False)
    whose = Whose(company.id, record.id)
    for last_day in (TODAY, None):
        with pytest.raises(Conflict) as conflict:
            async with works.write(SYSTEM) as work:
                beyond = Stay(centre.id, TODAY - 20 * DAY, last_day)
                await service.correct(work, watched, whose, place.id, beyond, "payroll says so")
        assert conflict.value.code == "centre_not_open"
    async with works.write(SYSTEM) as work:
        earlier = Stay(centre.id, TODAY - 20 * DAY, TODAY - DAY)
        await service.correct(work, watched, whose, place.id, earlier, "payroll says so")
        assert await counted_on(work.session, centre.id, TODAY - 20 * DAY) == [record.id]
        assert await counted_on(work.session, centre.id, TODAY) == []
    assert watched.changes == [frozenset({centre.id})] * 2


async def test_today_is_the_centres_own(works: Works) -> None:
    """At nine in the morning in Hong Kong it is the day before in Vancouver."""
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        east = await a_centre(work, company, "East")
        vancouver = await a_centre(work, company, "Vancouver", zone="America/Vancouver")
        here, there = [await a_member(work, company, number) for number in ("1", "2")]
        for record, centre in ((here, east), (there, vancouver)):
            await service.assign(work, Watched(), Whose(company.id, record.id), Stay(centre.id))
        assert await counted_on(work.session, east.id, TODAY - DAY) == []
        assert await counted_on(work.session, vancouver.id, TODAY - DAY) == [there.id]
        closed = await close_centre(
            work, Watched(), company.id, vancouver.id, closed_on=None, reason="over"
        )
        assert closed.closed_on == TODAY - DAY
