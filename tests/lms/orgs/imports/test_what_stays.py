"""What a file leaves as it was: moves that are planned, and last days that it does not tell."""

from datetime import date

import pytest

from lms.kernel.work import Works
from lms.orgs.imports.models import Absent, RosterImport
from lms.orgs.roster.exporting import roster_file
from lms.orgs.roster.queries import assignments_of_record
from lms.orgs.roster.service import Stay, Whose, assign, transfer
from lms.orgs.staff.links import make_link
from lms.orgs.staff.queries import open_link_of_record
from tests.builders.orgs import SYSTEM, Watched, rows
from tests.builders.people import a_person
from tests.lms.orgs.imports.files import Company, a_company_of_two, committed

TODAY = date(2026, 3, 2)
JULY = date(2026, 7, 1)
HEADER = "staff number,centre,first day,last day\n"


@pytest.fixture
async def company(works: Works) -> Company:
    return await a_company_of_two(works)


def is_the_same(made: RosterImport) -> bool:
    return made.lines == made.same == 1 and made.leaves == 0


async def test_a_planned_move_outlives_an_exported_file_and_one_without_days(
    works: Works, company: Company
) -> None:
    await committed(works, company.id, HEADER + "1,East,2026-01-01,\n")
    async with works.write(SYSTEM) as work:
        (record,) = await rows(work, "SELECT id FROM staff_record")
        await transfer(work, Watched(), Whose(company.id, record.id), company.west, JULY)
        person = await a_person(work)
    async with works.write(SYSTEM) as work:
        await make_link(work, Watched(), company.id, record.id, person_id=person.id)
        exported = await roster_file(work, company.id, TODAY)
    assert b"East,2026-01-01,2026-06-30" in exported
    for file in (exported, "staff number,centre\n1,East\n"):
        assert is_the_same(await committed(works, company.id, file, absent=Absent.LEAVE))
    async with works.read(SYSTEM) as work:
        places = await assignments_of_record(work.session, record.id, superseded=False)
        assert await open_link_of_record(work.session, record.id) is not None
    assert [(one.centre_id, one.valid_to) for one in places] == [
        (company.east, JULY),
        (company.west, None),
    ]


@pytest.mark.parametrize(
    ("known", "stated", "now"),
    [
        ("East,2026-01-01,2026-03-31", "West,2026-03-10", "West,2026-03-10,2026-03-31"),
        ("East,2026-01-01,2026-02-20", "East,2026-01-05", "East,2026-01-05,2026-02-20"),
        ("East,2026-06-01,2026-12-31", "East,2026-05-04", "East,2026-05-04,2026-12-31"),
    ],
    ids=["moved while on notice", "who has left", "who is to come"],
)
async def test_a_file_without_last_days_moves_none(
    works: Works, company: Company, known: str, stated: str, now: str
) -> None:
    await committed(works, company.id, HEADER + f"1,{known}\n")
    await committed(works, company.id, f"staff number,centre,first day\n1,{stated}\n")
    assert is_the_same(await committed(works, company.id, HEADER + f"1,{now}\n"))


async def test_a_place_beside_that_has_no_end_has_none_as_the_primary_one(
    works: Works, company: Company
) -> None:
    await committed(works, company.id, HEADER + "1,East,2026-01-01,2026-06-30\n")
    async with works.write(SYSTEM) as work:
        (record,) = await rows(work, "SELECT id FROM staff_record")
        beside = Stay(company.west, date(2026, 2, 1), is_primary=False)
        await assign(work, Watched(), Whose(company.id, record.id), beside)
    await committed(works, company.id, "staff number,centre\n1,West\n")
    async with works.read(SYSTEM) as work:
        places = await assignments_of_record(work.session, record.id, superseded=False)
    assert max(places, key=lambda one: one.valid_from).valid_to is None
