"""When what a company gave a leaver ends: its grants, and its seats that they have not used."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from lms.app import Platform
from lms.kernel.clock import FrozenClock
from lms.orgs.imports.models import Absent
from lms.orgs.roster.closing import close_centre, close_organisation
from lms.orgs.roster.leaving import leave
from lms.orgs.roster.queries import assignments_of_record
from lms.orgs.roster.service import Stay, Whose, assign, correct
from lms.orgs.staff.ends import tell_due_ends
from lms.orgs.staff.links import make_link, unlink
from lms.people.grants.queries import open_grant
from lms.people.grants.roles import Role
from lms.people.grants.service import enter_grant
from tests.builders.learning import SYSTEM, a_class, enrolled
from tests.builders.orgs import Watched, a_centre, a_company, a_link, a_member, rows
from tests.builders.queueing import in_line
from tests.lms.orgs.imports.files import committed

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)
LAST_DAY = date(2026, 3, 31)
LATER = date(2026, 4, 30)
HELD, LOST = (True, "confirmed"), (False, "withdrawn")

Settle = Callable[[], Awaitable[int]]


def midnight_after(day: date) -> datetime:
    """00:00 in Hong Kong, where the issuer is, on the day after."""
    return datetime(day.year, day.month, day.day, 16, tzinfo=UTC)


@dataclass
class Leaver:
    """Somebody with a place, who manages the company that let them go and sits on its seat."""

    opened: Platform
    clock: FrozenClock
    settle: Settle
    company_id: UUID
    centre_id: UUID
    record_id: UUID
    person_id: UUID
    seat: UUID

    @property
    def whose(self) -> Whose:
        return Whose(self.company_id, self.record_id)

    async def leaves(self, last_day: date, *, by_file: bool = False) -> None:
        if by_file:
            await self.file(f"staff number,last day\n1001,{last_day}\n")
            return
        async with self.opened.works.write(SYSTEM) as work:
            await leave(work, Watched(), self.whose, last_day)

    async def file(self, content: str, absent: Absent = Absent.KEEP) -> None:
        await committed(self.opened.works, self.company_id, content, absent=absent)

    async def unlinked(self, last_day: date | None) -> None:
        async with self.opened.works.write(SYSTEM) as work:
            await unlink(work, Watched(), *self._ids, last_day=last_day, reason="another Chan")

    async def linked_again(self) -> None:
        async with self.opened.works.write(SYSTEM) as work:
            await make_link(work, Watched(), *self._ids, person_id=self.person_id)

    async def place_until(self, last_day: date | None) -> None:
        async with self.opened.works.write(SYSTEM) as work:
            [place] = await assignments_of_record(work.session, self.record_id, superseded=False)
            stay = Stay(self.centre_id, place.valid_from, last_day)
            await correct(work, Watched(), self.whose, place.id, stay, "a longer contract")

    async def company_closed(self) -> None:
        async with self.opened.works.write(SYSTEM) as work:
            await close_centre(
                work, Watched(), self.company_id, self.centre_id, closed_on=None, reason="gone"
            )
            await close_organisation(work, self.company_id, "wound up")

    async def tick_at(self, instant: datetime) -> None:
        self.clock.at = instant
        await tell_due_ends(self.opened.works)

    async def has(self) -> tuple[bool, str]:
        """Whether they manage the company, and the state of the seat that it pays."""
        await self.settle()
        async with self.opened.works.read(SYSTEM) as work:
            grant = await open_grant(
                work.session, self.person_id, Role.COMPANY_MANAGER, self.company_id
            )
            [seat] = await rows(work, "SELECT state FROM enrolment WHERE id = :id", id=self.seat)
        return grant is not None, seat.state

    async def last_days_told(self) -> list[str]:
        async with self.opened.works.read(SYSTEM) as work:
            told = await rows(
                work, "SELECT payload FROM event WHERE type = 'orgs.staff-left.v1' ORDER BY id"
            )
        return [one.payload["last_day"] for one in told]

    @property
    def _ids(self) -> tuple[UUID, UUID]:
        return self.company_id, self.record_id


@pytest.fixture
async def leaver(opened: Platform, clock: FrozenClock, settle: Settle) -> Leaver:
    async with opened.works.write(SYSTEM) as work:
        company = await a_company(work)
        centre = await a_centre(work, company)
        record = await a_member(work, company, "1001", centre=centre)
    person_id = await a_link(opened.works, company, record)
    async with opened.works.write(SYSTEM) as work:
        await enter_grant(
            work, person_id, Role.COMPANY_MANAGER, scope_id=company.id, reason="our manager"
        )
    seat = await enrolled(opened, await a_class(opened), person_id, organisation_id=company.id)
    return Leaver(opened, clock, settle, company.id, centre.id, record.id, person_id, seat)


@pytest.mark.parametrize("by_file", [False, True])
async def test_who_leaves_by_notice_keeps_role_and_seat_until_the_last_day_is_over(
    leaver: Leaver, by_file: bool
) -> None:
    await leaver.leaves(LAST_DAY, by_file=by_file)
    assert await leaver.has() == HELD
    await leaver.tick_at(midnight_after(LAST_DAY) - timedelta(microseconds=1))
    assert await leaver.has() == HELD
    for _ in range(2):
        await leaver.tick_at(midnight_after(LAST_DAY))
        assert await leaver.has() == LOST
    assert await leaver.last_days_told() == [str(LAST_DAY)]


@pytest.mark.parametrize(("last_day", "by_file"), [(TODAY - DAY, False), (TODAY, True)])
async def test_with_a_last_day_today_or_past_they_end_at_once(
    leaver: Leaver, last_day: date, by_file: bool
) -> None:
    await leaver.leaves(last_day, by_file=by_file)
    assert await leaver.has() == LOST
    await leaver.tick_at(midnight_after(TODAY))
    assert await leaver.last_days_told() == [str(last_day)]


async def test_downtime_loses_no_end(leaver: Leaver) -> None:
    await leaver.leaves(LAST_DAY)
    await leaver.tick_at(midnight_after(LAST_DAY) + 20 * DAY)
    assert await leaver.has() == LOST


@pytest.mark.parametrize("by_file", [False, True])
async def test_a_last_day_moved_later_ends_nothing_before(leaver: Leaver, by_file: bool) -> None:
    await leaver.leaves(LAST_DAY, by_file=by_file)
    if by_file:
        await leaver.leaves(LATER, by_file=True)
    else:
        await leaver.place_until(LATER)
    await leaver.tick_at(midnight_after(LAST_DAY))
    assert await leaver.has() == HELD
    await leaver.tick_at(midnight_after(LATER))
    assert await leaver.has() == LOST
    assert await leaver.last_days_told() == [str(LATER)]


@pytest.mark.parametrize("how", ["file", "correction", "place", "link"])
async def test_a_departure_taken_back_ends_nothing(leaver: Leaver, how: str) -> None:
    await leaver.leaves(LAST_DAY)
    match how:
        case "file":
            await leaver.file("staff number,last day\n1001,\n")
        case "correction":
            await leaver.place_until(None)
        case "place":
            async with leaver.opened.works.write(SYSTEM) as work:
                stay = Stay(leaver.centre_id, LAST_DAY + DAY)
                await assign(work, Watched(), leaver.whose, stay)
        case "link":
            await leaver.linked_again()
    await leaver.tick_at(midnight_after(LAST_DAY))
    assert await leaver.has() == HELD
    await leaver.tick_at(midnight_after(LATER))
    assert await leaver.has() == HELD
    async with leaver.opened.works.read(SYSTEM) as work:
        links = await rows(
            work, "SELECT person_id, valid_from, valid_to FROM staff_link ORDER BY valid_from"
        )
    end = LAST_DAY + DAY
    assert [tuple(link) for link in links] == [
        (leaver.person_id, TODAY, end),
        (leaver.person_id, end, None),
    ]


async def test_who_comes_back_after_a_gap_has_left(leaver: Leaver) -> None:
    await leaver.leaves(LAST_DAY)
    await leaver.file(f"staff number,first day\n1001,{LATER}\n")
    await leaver.tick_at(midnight_after(LAST_DAY))
    assert await leaver.has() == LOST


async def test_who_was_linked_again_before_a_late_tick_keeps_what_the_company_gives(
    leaver: Leaver,
) -> None:
    await leaver.leaves(LAST_DAY)
    leaver.clock.at = midnight_after(LATER)
    await leaver.linked_again()
    await leaver.tick_at(midnight_after(LATER) + DAY)
    assert await leaver.has() == HELD


@pytest.mark.parametrize("how", ["act", "line", "absence", "unlinking", "closure"])
async def test_who_has_a_last_day_to_come_can_still_be_dismissed_on_the_spot(
    leaver: Leaver, how: str
) -> None:
    await leaver.leaves(LAST_DAY)
    await leaver.place_until(LATER)
    match how:
        case "act" | "line":
            await leaver.leaves(TODAY, by_file=how == "line")
        case "absence":
            await leaver.file("staff number,centre\n1002,Kowloon East\n", Absent.LEAVE)
        case "unlinking":
            await leaver.unlinked(None)
        case "closure":
            await leaver.company_closed()
    assert await leaver.has() == LOST
    await leaver.tick_at(midnight_after(LATER))
    last_day = TODAY if how in ("act", "line") else TODAY - DAY
    assert await leaver.last_days_told() == [str(last_day)]


async def test_a_tick_and_an_act_at_once_tell_one_end(leaver: Leaver) -> None:
    await leaver.leaves(LAST_DAY)
    leaver.clock.at = midnight_after(LAST_DAY)
    async with leaver.opened.works.write(SYSTEM) as work:
        await leave(work, Watched(), leaver.whose, LAST_DAY - DAY)
        ticking = asyncio.create_task(tell_due_ends(leaver.opened.works))
        await in_line(leaver.opened, 1)
    await ticking
    assert await leaver.has() == LOST
    assert await leaver.last_days_told() == [str(LAST_DAY - DAY)]


async def test_an_end_to_come_is_set_earlier_at_most(leaver: Leaver) -> None:
    await leaver.leaves(LAST_DAY)
    for change in (
        "UPDATE staff_link SET valid_to = valid_to + 1",
        "UPDATE staff_link SET valid_to = NULL, ended_at = NULL",
        "UPDATE staff_link SET valid_from = valid_from - 1",
        "DELETE FROM staff_link",
    ):
        with pytest.raises(DBAPIError, match="closed, never changed"):
            async with leaver.opened.works.write(SYSTEM) as work:
                await work.session.execute(text(change))
