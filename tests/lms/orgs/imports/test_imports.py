from datetime import date, timedelta

import pytest

from lms.kernel.clock import FrozenClock
from lms.kernel.problems import Conflict, Invalid
from lms.kernel.work import Works
from lms.orgs.imports.models import Absent
from lms.orgs.imports.service import commit, forget_past
from lms.orgs.roster.queries import roster_on
from lms.orgs.roster.service import Stay, Whose, assign
from tests.builders.orgs import SYSTEM, Watched, a_centre, a_company, a_link, a_member, rows
from tests.conftest import MORNING
from tests.lms.orgs.imports.files import Company, a_company_of_two, committed, previewed

TODAY = date(2026, 3, 2)
DAY = timedelta(days=1)
HEADER = "staff number,name zh,name en,job role,centre,first day,last day\n"


@pytest.fixture
async def company(works: Works) -> Company:
    return await a_company_of_two(works)


async def roster(
    works: Works, company: Company, day: date = TODAY
) -> dict[str, tuple[object, ...]]:
    """Each member's centre and days, as is known now."""
    async with works.read(SYSTEM) as work:
        found = await roster_on(work.session, company.id, day, None)
    return {
        staff.staff_number: (place.centre_id, place.valid_from, place.valid_to)
        for place, staff, _ in found
        if place.is_primary
    }


def counts(made: object) -> dict[str, int]:
    names = ("lines", "faults", "joins", "moves", "changes", "leaves", "same")
    return {name: value for name in names if (value := getattr(made, name))}


async def test_a_preview_changes_nothing_and_its_commit_does_what_it_showed(
    works: Works, company: Company
) -> None:
    watched = Watched()
    file = HEADER + "1,陳大文,,Agent,East,2026-01-05,\n2,,LEE Siu Ming,,West,,2026-06-30\n"
    made = await previewed(works, company.id, file)
    assert counts(made) == {"lines": 2, "joins": 2}
    assert await roster(works, company) == {}
    async with works.write(SYSTEM) as work:
        await commit(work, watched, company.id, made.id)
    assert await roster(works, company) == {
        "1": (company.east, date(2026, 1, 5), None),
        "2": (company.west, TODAY, date(2026, 7, 1)),
    }
    assert watched.changes == [frozenset({company.east, company.west})]


async def test_the_same_file_again_changes_nothing(works: Works, company: Company) -> None:
    file = HEADER + "1,陳大文,,Agent,East,2026-01-05,\n2,,LEE,,West,,2026-06-30\n"
    await committed(works, company.id, file)
    again = await committed(works, company.id, file)
    assert counts(again) == {"lines": 2, "same": 2}


async def test_every_kind_of_change_is_told_apart(works: Works, company: Company) -> None:
    before = "".join(f"{n},,,Agent,East,2026-01-01,\n" for n in range(1, 6))
    await committed(works, company.id, HEADER + before)
    after = (
        "1,,,Agent,East,2026-01-01,\n"
        "2,,,Agent,West,2026-03-02,\n"
        "3,,,Leader,East,2026-01-01,\n"
        "4,,,Agent,East,2026-01-01,2026-03-31\n"
        "5,,,Agent,East,2025-12-01,\n"
        "6,,,Agent,West,,\n"
    )
    made = await committed(works, company.id, HEADER + after)
    assert counts(made) == {
        "lines": 6,
        "same": 1,
        "moves": 1,
        "changes": 2,
        "leaves": 1,
        "joins": 1,
    }
    assert await roster(works, company) == {
        "1": (company.east, date(2026, 1, 1), None),
        "2": (company.west, TODAY, None),
        "3": (company.east, date(2026, 1, 1), None),
        "4": (company.east, date(2026, 1, 1), date(2026, 4, 1)),
        "5": (company.east, date(2025, 12, 1), None),
        "6": (company.west, TODAY, None),
    }
    async with works.read(SYSTEM) as work:
        told = (
            await rows(
                work,
                "SELECT payload FROM event WHERE type = 'orgs.roster-corrected.v1' ORDER BY id",
            )
        )[-1]
    assert told.payload["from_day"] == "2025-12-01"
    assert (await roster(works, company, TODAY - DAY))["2"] == (
        company.east,
        date(2026, 1, 1),
        TODAY,
    )


async def test_a_column_that_is_missing_leaves_things_as_they_are(
    works: Works, company: Company
) -> None:
    await committed(works, company.id, HEADER + "1,陳大文,CHAN,Agent,East,2026-01-01,2026-06-30\n")
    made = await committed(works, company.id, "staff number,centre,name en\n1,East,CHAN Tai Man\n")
    assert counts(made) == {"lines": 1, "changes": 1}
    async with works.read(SYSTEM) as work:
        (row,) = await rows(work, "SELECT name_zh, name_en, job_role, revision FROM staff_record")
    assert tuple(row) == ("陳大文", "CHAN Tai Man", "Agent", 2)
    assert await roster(works, company) == {"1": (company.east, date(2026, 1, 1), date(2026, 7, 1))}


async def test_who_is_absent_stays_unless_the_file_is_said_to_be_whole(
    works: Works, company: Company
) -> None:
    await committed(works, company.id, HEADER + "1,,,,East,2026-01-01,\n2,,,,West,2026-01-01,\n")
    await committed(works, company.id, HEADER + "gone,,,,West,2026-01-01,2026-03-01\n")
    file = "staff number,centre\n1,East\n"
    assert counts(await committed(works, company.id, file)) == {"lines": 1, "same": 1}
    watched = Watched()
    made = await committed(works, company.id, file, watched, absent=Absent.LEAVE)
    assert counts(made) == {"lines": 1, "same": 1, "leaves": 1}
    assert set(await roster(works, company)) == {"1"}
    assert set(await roster(works, company, TODAY - DAY)) == {"1", "2", "gone"}
    assert watched.changes == [frozenset({company.west})]


async def test_who_left_comes_back_by_a_file_without_last_days(
    works: Works, company: Company
) -> None:
    await committed(works, company.id, HEADER + "1,,,,East,2026-01-01,2026-03-31\n")
    await committed(works, company.id, "staff number,centre,first day\n1,East,2026-06-01\n")
    assert await roster(works, company) == {"1": (company.east, date(2026, 1, 1), date(2026, 4, 1))}
    later = await roster(works, company, date(2026, 6, 1))
    assert later == {"1": (company.east, date(2026, 6, 1), None)}


@pytest.mark.parametrize("last_day", ["", "2026-04-30"])
async def test_a_place_beside_gives_way_to_the_primary_one_in_its_centre(
    works: Works, company: Company, last_day: str
) -> None:
    await committed(works, company.id, HEADER + "1,,,,East,2026-01-01,\n")
    async with works.write(SYSTEM) as work:
        (record,) = await rows(work, "SELECT id FROM staff_record")
        beside = Stay(company.west, date(2026, 2, 1), is_primary=False)
        await assign(work, Watched(), Whose(company.id, record.id), beside)
    await committed(works, company.id, HEADER + f"1,,,,West,2026-03-02,{last_day}\n")
    async with works.read(SYSTEM) as work:
        known = await rows(
            work,
            "SELECT centre_id, is_primary, valid_from, valid_to FROM assignment "
            "WHERE superseded_at IS NULL ORDER BY valid_from",
        )
    assert [tuple(place) for place in known] == [
        (company.east, True, date(2026, 1, 1), TODAY),
        (company.west, False, date(2026, 2, 1), TODAY),
        (company.west, True, TODAY, date(2026, 5, 1) if last_day else None),
    ]


@pytest.mark.parametrize("by_line", [True, False])
async def test_a_leaver_by_file_is_a_leaver(works: Works, company: Company, by_line: bool) -> None:
    async with works.write(SYSTEM) as work:
        made = await a_company(work, "Other")
        centre = await a_centre(work, made, "North")
        record = await a_member(work, made, "1", centre=centre)
        await a_member(work, made, "2", centre=centre)
    person_id = await a_link(works, made, record)
    if by_line:
        file = "staff number,centre,last day\n1,North,2026-03-01\n2,North,\n"
        await committed(works, made.id, file)
    else:
        await committed(works, made.id, "staff number\n2\n", absent=Absent.LEAVE)
    async with works.read(SYSTEM) as work:
        (link,) = await rows(work, "SELECT person_id, valid_to, ended_at FROM staff_link")
        (left,) = await rows(work, "SELECT payload FROM event WHERE type = 'orgs.staff-left.v1'")
    assert (link.person_id, link.valid_to) == (person_id, TODAY)
    assert left.payload["last_day"] == "2026-03-01"


async def test_a_file_with_faults_is_shown_but_not_committed(
    works: Works, company: Company
) -> None:
    file = (
        HEADER
        + "1,,,,East,,\n"
        + "1,=cmd,,,Nowhere,31/12/2026,\n"
        + "3,,,,East,,2026-01-01\n"
        + '4,,"x"y,,East,,\n'
        + "5,,,,East,,\n"
    )
    made = await previewed(works, company.id, file)
    async with works.read(SYSTEM) as work:
        faults = await rows(
            work, 'SELECT line, "column", code FROM import_fault ORDER BY line, code'
        )
    assert [tuple(row) for row in faults] == [
        (3, "centre", "centre_unknown"),
        (3, "first_day", "day"),
        (3, "name_zh", "formula"),
        (3, "staff_number", "staff_number_twice"),
        (4, "last_day", "days_order"),
        (5, "", "unparsable"),
    ]
    with pytest.raises(Conflict) as conflict:
        async with works.write(SYSTEM) as work:
            await commit(work, Watched(), company.id, made.id)
    assert conflict.value.code == "import_faulty"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "big5hkscs"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
async def test_every_encoding_and_delimiter_gives_the_same_roster(
    works: Works, company: Company, codec: str, delimiter: str
) -> None:
    file = (
        "員工編號,中文姓名,職位,中心\r\n"
        "0071,陳大文,客戶服務主任,East\r\n"
        "0072,李小明,顧客關係經理,West\r\n"
    ).replace(",", delimiter)
    made = await committed(works, company.id, file.encode(codec))
    assert counts(made) == {"lines": 2, "joins": 2}
    async with works.read(SYSTEM) as work:
        found = await rows(work, "SELECT staff_number, name_zh, job_role FROM staff_record")
    assert {tuple(row) for row in found} == {
        ("0071", "陳大文", "客戶服務主任"),
        ("0072", "李小明", "顧客關係經理"),
    }


async def test_an_undecidable_file_is_refused_with_its_line(works: Works, company: Company) -> None:
    with pytest.raises(Invalid) as invalid:
        await previewed(works, company.id, b"staff number,centre\n1,\xff\xff\n")
    assert [fault.pointer for fault in invalid.value.faults] == ["/lines/2"]


@pytest.mark.parametrize("content", ["", "\n\n", "nothing,known\n", '"\n'])
async def test_a_file_without_a_header_is_refused(
    works: Works, company: Company, content: str
) -> None:
    with pytest.raises(Invalid):
        await previewed(works, company.id, content)


async def test_lines_go_a_week_after_they_are_of_use(
    works: Works, company: Company, clock: FrozenClock
) -> None:
    await previewed(works, company.id, HEADER + "1,,,,East,,\n2,,,,Nowhere,,\n")
    clock.advance(timedelta(days=8))
    await forget_past(works)
    clock.advance(timedelta(days=8))
    await forget_past(works)
    async with works.read(SYSTEM) as work:
        assert await rows(work, "SELECT 1 FROM import_line") == []
        assert await rows(work, "SELECT 1 FROM import_fault") == []
        (kept,) = await rows(work, "SELECT state, settled_at FROM roster_import")
    assert (kept.state, kept.settled_at) == ("discarded", MORNING + timedelta(days=8))
