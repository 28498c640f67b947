"""Which previews may be committed: fresh ones, once, whoever else is at it."""

import asyncio
from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from lms.kernel.clock import FrozenClock
from lms.kernel.locks import Locked, lock
from lms.kernel.problems import Conflict, NotFound
from lms.kernel.work import Work, Works
from lms.orgs.imports.models import ImportState
from lms.orgs.imports.service import commit, discard
from lms.orgs.roster.leaving import leave
from lms.orgs.roster.service import Whose
from lms.orgs.staff.links import make_link
from tests.builders.orgs import SYSTEM, Watched, rows
from tests.builders.people import a_person
from tests.lms.orgs.imports.files import Company, a_company_of_two, committed, previewed

TODAY = date(2026, 3, 2)
HEADER = "staff number,name zh,name en,job role,centre,first day,last day\n"


@pytest.fixture
async def company(works: Works) -> Company:
    return await a_company_of_two(works)


async def test_a_commit_repeated_is_the_same_success(works: Works, company: Company) -> None:
    made = await committed(works, company.id, HEADER + "1,,,,East,,\n")
    async with works.write(SYSTEM) as work:
        repeated = await commit(work, Watched(), company.id, made.id)
    assert repeated.state is ImportState.COMMITTED
    async with works.read(SYSTEM) as work:
        assert len(await rows(work, "SELECT id FROM assignment")) == 1


async def test_a_preview_is_stale_once_the_roster_has_changed(
    works: Works, company: Company
) -> None:
    await committed(works, company.id, HEADER + "1,,,,East,2026-01-01,\n")
    made = await previewed(works, company.id, HEADER + "2,,,,East,,\n")
    async with works.write(SYSTEM) as work:
        (record,) = await rows(work, "SELECT id FROM staff_record")
        await leave(work, Watched(), Whose(company.id, record.id), TODAY)
    with pytest.raises(Conflict) as conflict:
        async with works.write(SYSTEM) as work:
            await commit(work, Watched(), company.id, made.id)
    assert conflict.value.code == "import_stale"


async def test_of_two_files_committed_at_once_the_second_is_stale(
    works: Works, company: Company
) -> None:
    one, other = [await previewed(works, company.id, HEADER + f"{n},,,,East,,\n") for n in "12"]

    async def done(import_id: UUID) -> str:
        async with works.write(SYSTEM) as work:
            await commit(work, Watched(), company.id, import_id)
        return "committed"

    found = await asyncio.gather(done(one.id), done(one.id), done(other.id), return_exceptions=True)
    told = [getattr(one, "code", one) for one in found]
    assert told in (
        ["committed", "committed", "import_stale"],
        ["import_stale", "import_stale", "committed"],
    )
    async with works.read(SYSTEM) as work:
        assert len(await rows(work, "SELECT id FROM assignment")) == 1


async def test_a_commit_waits_for_whoever_changes_a_persons_awards(
    works: Works, company: Company
) -> None:
    """Else a pass and a file that places its holder would not see each other."""
    await committed(works, company.id, HEADER + "1,,,,East,2026-01-01,\n")
    async with works.write(SYSTEM) as work:
        (record,) = await rows(work, "SELECT id FROM staff_record")
        person = await a_person(work)
    async with works.write(SYSTEM) as work:
        await make_link(work, Watched(), company.id, record.id, person_id=person.id)
    made = await previewed(works, company.id, HEADER + "1,,,,West,2026-03-02,\n")
    async with works.write(SYSTEM) as award:
        await lock(award, Locked.PERSON, [person.id])
        with pytest.raises(DBAPIError, match="lock timeout"):
            async with works.write(SYSTEM) as work:
                await work.session.execute(text("SET LOCAL lock_timeout = '20ms'"))
                await commit(work, Watched(), company.id, made.id)


async def test_what_a_file_changes_is_known_from_when_its_centres_are_held(
    works: Works, company: Company, clock: FrozenClock
) -> None:
    """Else a decision that fell while it waited for them would seem to have known of it."""

    class Waits(Watched):
        async def before(self, work: Work, centre_ids: Iterable[UUID]) -> None:
            await super().before(work, centre_ids)
            clock.advance(timedelta(seconds=1))

    lines = "1,,,Agent,East,2026-01-01,\n2,,,Agent,East,2026-01-01,\n3,,,,East,2026-01-01,\n"
    await committed(works, company.id, HEADER + lines)
    file = "staff number,name en,job role,centre\n1,CHAN,Agent,East\n2,,Driver,East\n3,,Cook,West\n"
    await committed(works, company.id, file, Waits())
    async with works.read(SYSTEM) as work:
        kept = await rows(
            work,
            "SELECT r.staff_number, p.job_role, p.held_until "
            "FROM past_job_role AS p JOIN staff_record AS r ON r.id = p.staff_record_id ORDER BY 1",
        )
        gone = await rows(work, "SELECT superseded_at FROM assignment WHERE valid_to IS NULL")
    assert [tuple(row) for row in kept] == [
        ("2", "Agent", clock.now()),
        ("3", None, clock.now()),
    ]
    assert {row.superseded_at for row in gone} == {None, clock.now()}


async def test_a_discarded_file_is_not_committed(works: Works, company: Company) -> None:
    made = await previewed(works, company.id, HEADER + "1,,,,East,,\n")
    for _ in range(2):
        async with works.write(SYSTEM) as work:
            assert (await discard(work, company.id, made.id)).state is ImportState.DISCARDED
    with pytest.raises(Conflict) as conflict:
        async with works.write(SYSTEM) as work:
            await commit(work, Watched(), company.id, made.id)
    assert conflict.value.code == "import_settled"


async def test_another_companys_import_does_not_exist(works: Works, company: Company) -> None:
    made = await previewed(works, company.id, HEADER + "1,,,,East,,\n")
    other = await a_company_of_two(works)
    with pytest.raises(NotFound):
        async with works.write(SYSTEM) as work:
            await commit(work, Watched(), other.id, made.id)
