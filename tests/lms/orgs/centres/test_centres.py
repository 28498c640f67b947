from datetime import date, timedelta

import pytest

from lms.kernel.clock import FrozenClock
from lms.kernel.problems import Conflict, Invalid, NotFound
from lms.kernel.work import Works
from lms.orgs.centres import service
from lms.orgs.centres.models import CentreState
from lms.orgs.centres.queries import name_on, require_centre
from lms.orgs.organisations.service import CompanyNames
from lms.orgs.roster.closing import close_centre
from lms.orgs.roster.queries import assignments_of_record
from lms.orgs.roster.service import Stay, Whose, assign
from tests.builders.orgs import SYSTEM, Watched, a_centre, a_company, a_link, a_member
from tests.builders.rosters import companies_of_person, counted_on

TODAY = date(2026, 3, 2)


@pytest.fixture
def watched() -> Watched:
    return Watched()


async def test_a_centre_counts_from_its_registration_in_its_own_zone(
    works: Works, watched: Watched
) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        names = CompanyNames("東", "East")
        centre = await service.apply_for(work, company.id, names, "America/Vancouver")
        assert watched.changes == []
        await service.register(work, watched, company.id, centre.id)
    assert centre.registered_on == date(2026, 3, 1)
    assert watched.changes == [frozenset({centre.id})]


async def test_a_zone_that_does_not_exist_is_refused(works: Works) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        with pytest.raises(Invalid):
            await service.apply_for(work, company.id, CompanyNames(None, "E"), "Asia/Atlantis")


async def test_a_centre_is_registered_once(works: Works, watched: Watched) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        centre = await a_centre(work, company)
        with pytest.raises(Conflict) as conflict:
            await service.register(work, watched, company.id, centre.id)
    assert conflict.value.code == "centre_not_open"


async def test_another_companys_centre_does_not_exist(works: Works, watched: Watched) -> None:
    async with works.write(SYSTEM) as work:
        centre = await a_centre(work, await a_company(work, "Theirs"))
        mine = await a_company(work, "Mine")
        with pytest.raises(NotFound):
            await require_centre(work.session, mine.id, centre.id)


async def test_a_rename_is_dated_and_what_it_was_called_before_stays_known(
    works: Works, watched: Watched, clock: FrozenClock
) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        centre = await a_centre(work, company, "Old")
        clock.advance(timedelta(days=10))
        await service.rename(work, centre, CompanyNames(None, "New"))
        await service.rename(work, centre, CompanyNames(None, "Between"), TODAY + timedelta(days=5))
        assert centre.name_en == "New"
        called = [
            await name_on(work.session, centre.id, TODAY + timedelta(days=days))
            for days in (-1, 0, 5, 9, 10)
        ]
    assert [name.name_en if name else None for name in called] == [
        None,
        "Old",
        "Between",
        "Between",
        "New",
    ]


async def test_a_rename_to_come_is_refused(works: Works) -> None:
    async with works.write(SYSTEM) as work:
        centre = await a_centre(work, await a_company(work))
        with pytest.raises(Invalid):
            await service.rename(work, centre, CompanyNames(None, "New"), TODAY + timedelta(days=1))


async def test_closing_ends_every_place_there_and_counts_once(
    works: Works, watched: Watched
) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        centre = await a_centre(work, company)
        for number in range(3):
            await a_member(work, company, f"{number}", centre=centre)
        await close_centre(
            work, watched, company.id, centre.id, closed_on=None, reason="moved to Shatin"
        )
        assert centre.state is CentreState.CLOSED
        assert await counted_on(work.session, centre.id, TODAY) == []
        assert len(await counted_on(work.session, centre.id, TODAY - timedelta(days=1))) == 3
    assert watched.changes == [frozenset({centre.id})]


async def test_who_worked_in_a_closed_centre_stays_in_the_company_and_in_their_other_place(
    works: Works, watched: Watched
) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        east, west = [await a_centre(work, company, name) for name in ("East", "West")]
        record = await a_member(work, company, centre=east)
        beside = Stay(west.id, TODAY, is_primary=False)
        await assign(work, Watched(), Whose(company.id, record.id), beside)
    person_id = await a_link(works, company, record)
    async with works.write(SYSTEM) as work:
        await close_centre(work, watched, company.id, east.id, closed_on=TODAY, reason="over")
        known = await assignments_of_record(work.session, record.id, superseded=False)
        assert {place.centre_id: place.valid_to for place in known} == {
            east.id: TODAY,
            west.id: None,
        }
        assert await companies_of_person(work.session, person_id, TODAY) == [company.id]


async def test_a_closed_centre_takes_nobody_and_closes_no_second_time(
    works: Works, watched: Watched
) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        centre = await a_centre(work, company)
        await close_centre(work, watched, company.id, centre.id, closed_on=TODAY, reason="over")
        with pytest.raises(Conflict) as conflict:
            await close_centre(work, watched, company.id, centre.id, closed_on=TODAY, reason="over")
        assert conflict.value.code == "centre_not_open"
        with pytest.raises(Conflict):
            await a_member(work, company, centre=centre)


async def test_an_application_is_turned_down_by_closing_it(works: Works, watched: Watched) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        centre = await service.apply_for(
            work, company.id, CompanyNames(None, "E"), "Asia/Hong_Kong"
        )
        await close_centre(
            work, watched, company.id, centre.id, closed_on=None, reason="not a centre"
        )
    assert (centre.state, centre.registered_on) == (CentreState.CLOSED, None)


@pytest.mark.parametrize("day", [date(2026, 3, 3), date(2026, 3, 1)])
async def test_a_closing_day_is_between_registration_and_today(
    works: Works, watched: Watched, day: date
) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        centre = await a_centre(work, company)
        with pytest.raises(Invalid):
            await close_centre(work, watched, company.id, centre.id, closed_on=day, reason="over")
