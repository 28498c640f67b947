import asyncio
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from lms.app import Platform
from lms.kernel.clock import FrozenClock
from lms.kernel.problems import CONSTRAINTS, Conflict, Invalid, NotFound
from lms.kernel.work import Works
from lms.orgs.roster import service
from lms.orgs.roster.leaving import leave
from lms.orgs.roster.queries import (
    assignments_of_record,
    centres_of_person,
    roster_on,
)
from lms.orgs.roster.service import Stay, Whose
from lms.orgs.staff.queries import open_link_of_record
from tests.builders.orgs import SYSTEM, Watched, a_centre, a_company, a_link, a_member, rows
from tests.builders.queueing import in_line
from tests.builders.rosters import companies_of_person, counted_on

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)


@pytest.fixture
def watched() -> Watched:
    return Watched()


async def test_a_place_counts_from_its_first_to_its_last_day(works: Works) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        centre = await a_centre(work, company)
        record = await a_member(work, company)
        whose = Whose(company.id, record.id)
        await service.assign(work, Watched(), whose, Stay(centre.id, TODAY, TODAY + 2 * DAY))
        counted = [await counted_on(work.session, centre.id, TODAY + n * DAY) for n in range(-1, 4)]
    assert [len(found) for found in counted] == [0, 1, 1, 1, 0]


async def test_a_second_place_counts_nobody_twice(works: Works) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        east, west = [await a_centre(work, company, name) for name in ("East", "West")]
        record = await a_member(work, company, centre=east)
        whose = Whose(company.id, record.id)
        await service.assign(work, Watched(), whose, Stay(west.id, TODAY, is_primary=False))
        assert await counted_on(work.session, west.id, TODAY) == []
        with pytest.raises(Conflict) as conflict:
            await service.assign(work, Watched(), whose, Stay(west.id, TODAY))
    assert conflict.value.code == "already_placed"


async def test_the_database_itself_keeps_two_primary_places_apart(works: Works) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        centre = await a_centre(work, company)
        await a_member(work, company, centre=centre)
    with pytest.raises(IntegrityError) as refused:
        async with works.write(SYSTEM) as work:
            await work.session.execute(
                text(
                    "INSERT INTO assignment SELECT gen_random_uuid(), organisation_id, centre_id, "
                    "staff_record_id, true, valid_from + 60, NULL, known_at FROM assignment"
                )
            )
    assert refused.value.orig is not None
    constraint = getattr(refused.value.orig.__cause__, "constraint_name", "")
    assert CONSTRAINTS[constraint] == "already_placed"


@pytest.mark.parametrize(
    "change",
    ["UPDATE assignment SET valid_to = valid_from + 1", "DELETE FROM assignment"],
)
async def test_a_written_place_is_never_changed(works: Works, change: str) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        await a_member(work, company, centre=await a_centre(work, company))
    with pytest.raises(DBAPIError, match="closed, never changed"):
        async with works.write(SYSTEM) as work:
            await work.session.execute(text(change))


async def test_a_superseded_place_is_never_revived(works: Works) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        await a_member(work, company, centre=await a_centre(work, company))
        await work.session.execute(text("UPDATE assignment SET superseded_at = known_at"))
    with pytest.raises(DBAPIError, match="closed, never changed"):
        async with works.write(SYSTEM) as work:
            await work.session.execute(text("UPDATE assignment SET superseded_at = NULL"))


async def test_of_two_joins_at_once_one_succeeds(works: Works) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        centres = [await a_centre(work, company, name) for name in ("East", "West")]
        record = await a_member(work, company)

    async def join(centre_id: UUID) -> None:
        async with works.write(SYSTEM) as work:
            whose = Whose(company.id, record.id)
            await service.assign(work, Watched(), whose, Stay(centre_id, TODAY))

    done = await asyncio.gather(*(join(one.id) for one in centres), return_exceptions=True)
    assert [getattr(one, "code", None) for one in done if one is not None] == ["already_placed"]


async def test_crossing_transfers_do_not_block_each_other_for_ever(works: Works) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        east, west = [await a_centre(work, company, name) for name in ("East", "West")]
        there = await a_member(work, company, "1", centre=east)
        here = await a_member(work, company, "2", centre=west)

    async def move(record_id: UUID, to: UUID) -> None:
        async with works.write(SYSTEM) as work:
            whose = Whose(company.id, record_id)
            await service.transfer(work, Watched(), whose, to, TODAY)

    async with asyncio.timeout(10):
        await asyncio.gather(move(there.id, west.id), move(here.id, east.id))
    async with works.read(SYSTEM) as work:
        assert await counted_on(work.session, west.id, TODAY) == [there.id]
        assert await counted_on(work.session, east.id, TODAY) == [here.id]


async def test_a_transfer_counts_both_centres_once_and_locks_them_first(
    works: Works, watched: Watched
) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        east, west = [await a_centre(work, company, name) for name in ("East", "West")]
        record = await a_member(work, company, centre=east)
        whose = Whose(company.id, record.id)
        await service.transfer(work, watched, whose, west.id, TODAY + 5 * DAY)
        counted = [
            [len(await counted_on(work.session, centre.id, day)) for centre in (east, west)]
            for day in (TODAY + 4 * DAY, TODAY + 5 * DAY)
        ]
    assert watched.changes == [frozenset({east.id, west.id})]
    assert counted == [[1, 0], [0, 1]]


async def test_a_back_dated_correction_supersedes_and_the_old_answer_can_be_asked_for(
    works: Works, clock: FrozenClock
) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        centre = await a_centre(work, company)
        record = await a_member(work, company, centre=centre, first_day=TODAY)
        as_known = clock.now()
    clock.advance(timedelta(hours=1))
    async with works.write(SYSTEM) as work:
        whose = Whose(company.id, record.id)
        (old,) = await assignments_of_record(work.session, record.id, superseded=False)
        back = Stay(centre.id, TODAY - 30 * DAY)
        await service.correct(work, Watched(), whose, old.id, back, "payroll had it right")
    async with works.read(SYSTEM) as work:
        day = TODAY - 10 * DAY
        now = await roster_on(work.session, company.id, day, None)
        then = await roster_on(work.session, company.id, day, None, known_at=as_known)
        everything = await assignments_of_record(work.session, record.id, superseded=True)
        (event,) = await rows(
            work, "SELECT payload FROM event WHERE type = 'orgs.roster-corrected.v1'"
        )
    assert (len(now), len(then), len(everything)) == (1, 0, 2)
    assert event.payload["from_day"] == "2026-01-31"
    assert event.payload["centre_ids"] == [str(centre.id)]


async def test_a_place_entered_by_mistake_is_taken_out_and_stays_on_record(works: Works) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        centre = await a_centre(work, company)
        record = await a_member(work, company, centre=centre)
        (old,) = await assignments_of_record(work.session, record.id, superseded=False)
        whose = Whose(company.id, record.id)
        await service.correct(work, Watched(), whose, old.id, None, "another Chan")
        assert await counted_on(work.session, centre.id, TODAY) == []
        assert len(await assignments_of_record(work.session, record.id, superseded=True)) == 1
        with pytest.raises(Conflict):
            await service.correct(work, Watched(), whose, old.id, None, "again")


async def test_a_correction_that_changes_nothing_writes_nothing(
    works: Works, watched: Watched
) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        centre = await a_centre(work, company)
        record = await a_member(work, company, centre=centre)
        (place,) = await assignments_of_record(work.session, record.id, superseded=False)
        whose = Whose(company.id, record.id)
        same = Stay(centre.id, place.valid_from)
        written = await service.correct(work, watched, whose, place.id, same, "looked again")
        corrected = "SELECT 1 FROM audit_entry WHERE action = 'staff.place-corrected'"
        assert (written, await rows(work, corrected)) == ([], [])
        with pytest.raises(NotFound):
            await service.correct(work, watched, whose, centre.id, same, "no such place")


async def test_a_last_day_before_the_first_is_refused(works: Works) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        centre = await a_centre(work, company)
        record = await a_member(work, company)
        with pytest.raises(Invalid):
            await service.assign(
                work,
                Watched(),
                Whose(company.id, record.id),
                Stay(centre.id, TODAY, TODAY - DAY),
            )


async def test_a_leaver_loses_place_and_link_and_nothing_of_their_own(
    works: Works, watched: Watched
) -> None:
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        centre = await a_centre(work, company)
        record = await a_member(work, company, centre=centre)
    person_id = await a_link(works, company, record)
    async with works.write(SYSTEM) as work:
        assert await centres_of_person(work.session, person_id, TODAY) == [centre.id]
        assert await companies_of_person(work.session, person_id, TODAY) == [company.id]
        await leave(work, watched, Whose(company.id, record.id), TODAY)
        tomorrow = TODAY + DAY
        assert await counted_on(work.session, centre.id, TODAY) == [record.id]
        assert await counted_on(work.session, centre.id, tomorrow) == []
        assert await open_link_of_record(work.session, record.id) is None
        assert await companies_of_person(work.session, person_id, TODAY) == [company.id]
        assert await companies_of_person(work.session, person_id, tomorrow) == []
        (left,) = await rows(work, "SELECT payload FROM event WHERE type = 'orgs.staff-left.v1'")
        with pytest.raises(Conflict):
            await leave(work, watched, Whose(company.id, record.id), TODAY)
    assert watched.changes == [frozenset({centre.id})]
    assert left.payload == {
        "organisation_id": str(company.id),
        "staff_record_id": str(record.id),
        "person_id": str(person_id),
        "last_day": "2026-03-02",
    }


async def test_a_pass_and_a_join_wait_for_each_other_by_the_persons_lock(
    opened: Platform, works: Works
) -> None:
    """Whoever places a linked record holds the person; an award's transaction does too."""
    async with works.write(SYSTEM) as work:
        company = await a_company(work)
        centre = await a_centre(work, company)
        record = await a_member(work, company)
    person_id = await a_link(works, company, record)

    async def join() -> None:
        async with works.write(SYSTEM) as work:
            whose = Whose(company.id, record.id)
            await service.assign(work, Watched(), whose, Stay(centre.id, TODAY))

    async with works.write(SYSTEM) as award:
        await award.session.execute(
            text("SELECT id FROM person WHERE id = :id FOR NO KEY UPDATE"), {"id": person_id}
        )
        assert await centres_of_person(award.session, person_id, TODAY) == []
        joining = asyncio.create_task(join())
        await in_line(opened, 1)
        assert not joining.done()
    await joining
