"""Who is certified on a day, today or past: an award as it was at the end of that day."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from certs import parts
from certs.issuing.changes.correction import correct_name
from certs.issuing.changes.service import change_status
from certs.issuing.changes.status import Happened
from certs.issuing.queries import certified
from lms import role_rights
from lms.kernel.actor import Actor
from lms.kernel.work import Work
from tests.builders.certs import ASchool, Settle
from tests.certs.centres.world import a_world

SYSTEM = Actor.system("test")
FIRST = date(2026, 3, 2)
LATER = timedelta(days=1)
CORRECTED = "corrected"
STORIES: dict[str, tuple[dict[int, str], str]] = {
    "untouched": ({}, "11111"),
    "suspended": ({2: "suspended"}, "11000"),
    "reinstated": ({1: "suspended", 3: "reinstated"}, "10011"),
    "reinstated on the day": ({2: "suspended reinstated"}, "11111"),
    "suspended once more": ({1: "suspended", 2: "reinstated suspended", 4: "reinstated"}, "10001"),
    "revoked": ({3: "revoked"}, "11100"),
    "revoked while suspended": ({1: "suspended", 3: "revoked"}, "10000"),
    "void": ({3: "void"}, "00000"),
    "revoked and then void": ({1: "revoked", 4: "void"}, "00000"),
    "corrected": ({2: CORRECTED}, "11111"),
    "corrected while suspended": ({1: "suspended", 2: CORRECTED, 3: "reinstated"}, "10011"),
    "corrected after a suspension": (
        {1: "suspended reinstated", 2: CORRECTED, 3: "revoked"},
        "11100",
    ),
}
"""What happened on which day after the first, and whether it counted (1) on the first five."""


def _admin(school: ASchool) -> Actor:
    return Actor("person", school.admin, role_rights.rights([("admin", None)]), reach="issuer")


def _until_midnight(clock: Any) -> timedelta:
    """Until the next day of the issuer begins: midnight in Hong Kong is 16:00 UTC."""
    until: timedelta = clock.now().replace(hour=16, minute=0, second=0) - clock.now()
    return until


async def _happens(school: ASchool, work: Work, person_id: UUID, what: str) -> None:
    if what == CORRECTED:
        await school.opened.pool.execute(
            "UPDATE person SET name_zh = '陳大民' WHERE id = $1", person_id
        )
        await correct_name(work, parts.press(school.opened.settings), person_id, "misspelt")
        return
    certificate = await school.certificate_of(person_id)
    await change_status(work, parts.fractions(), certificate["id"], Happened(what), "test")


async def test_an_award_counts_on_a_past_day_as_it_stood_when_the_day_ended(
    school: ASchool, settle: Settle, clock: Any
) -> None:
    people = {name: (await school.passing()).person_id for name in STORIES}
    await settle()
    actor = _admin(school)
    for number in range(5):
        for name, (acts, _) in STORIES.items():
            for what in acts.get(number, "").split():
                async with school.opened.works.write(actor) as work:
                    await _happens(school, work, people[name], what)
        clock.advance(LATER)
    told: dict[str, str] = dict.fromkeys(STORIES, "")
    async with school.opened.works.read(SYSTEM) as work:
        for number in range(5):
            day = FIRST + timedelta(days=number)
            held = await certified(work.session, dict.fromkeys(people.values(), day))
            for name, person_id in people.items():
                told[name] += "1" if "CPCS" in held.get(person_id, {}) else "0"
    assert told == {name: counts for name, (_, counts) in STORIES.items()}
    states = await school.opened.pool.fetch("SELECT person_id, state FROM award")
    in_force = {row["person_id"] for row in states if row["state"] == "in_force"}
    assert in_force == {people[name] for name in STORIES if told[name].endswith("1")}


async def test_who_holds_what_on_a_day(school: ASchool, settle: Settle) -> None:
    happened = await school.passing()
    await settle()
    asked = {}
    async with school.opened.works.read(SYSTEM) as work:
        for day in (date(2026, 3, 1), date(2026, 3, 2), date(2028, 3, 1), date(2028, 3, 2)):
            held = await certified(work.session, {happened.person_id: day})
            asked[day] = "CPCS" in held.get(happened.person_id, {})
        periods = await certified(work.session, {happened.person_id: date(2026, 3, 2)})
    assert list(asked.values()) == [False, True, True, False]
    assert periods == {happened.person_id: {"CPCS": (date(2026, 3, 2), date(2028, 3, 1))}}


async def test_each_person_is_asked_about_on_their_own_day_and_shows_the_longest(
    opened: Any, clock: Any
) -> None:
    world = await a_world(opened.works, clock)
    (_, one), (_, other) = await world.certified(await world.centre(), 2, from_day=FIRST + LATER)
    for person_id in (one, other):
        await world.award(person_id, last_day=FIRST + LATER)
    async with opened.works.read(SYSTEM) as work:
        held = await certified(work.session, {one: FIRST, other: FIRST + LATER})
        assert await certified(work.session, {}) == {}
    assert held == {one: {"CPCS": (FIRST, FIRST + LATER)}, other: {"CPCS": (FIRST + LATER, None)}}


async def test_what_two_people_dated_back_counts_from_the_day_on_which_they_decided(
    opened: Any, clock: Any
) -> None:
    world = await a_world(opened.works, clock)
    centre_id = await world.centre()
    clock.advance(_until_midnight(clock))
    [(_, person_id)] = await world.certified(centre_id, 1, from_day=FIRST - 9 * LATER)
    async with opened.works.read(SYSTEM) as work:
        before = await certified(work.session, {person_id: FIRST})
        assert (before, len(await certified(work.session, {person_id: FIRST + LATER}))) == ({}, 1)


async def test_a_suspension_takes_nothing_from_another_award(
    school: ASchool, settle: Settle
) -> None:
    person_id = (await school.certified(settle))["person_id"]
    await school.certified(settle, person_id)
    async with school.opened.works.write(_admin(school)) as work:
        await _happens(school, work, person_id, "suspended")
    async with school.opened.works.read(SYSTEM) as work:
        assert person_id in await certified(work.session, {person_id: FIRST})


async def test_a_pass_counts_from_its_day_however_late_the_worker_is(
    school: ASchool, settle: Settle, clock: Any
) -> None:
    happened = await school.passing()
    clock.advance(LATER)
    await settle()
    async with school.opened.works.read(SYSTEM) as work:
        assert happened.person_id in await certified(work.session, {happened.person_id: FIRST})


@pytest.mark.parametrize(("minutes", "counts"), [(-1, False), (0, True)])
async def test_its_day_is_the_issuers(
    school: ASchool, settle: Settle, clock: Any, minutes: int, counts: bool
) -> None:
    happened = await school.passing()
    await settle()
    clock.advance(_until_midnight(clock) + timedelta(minutes=minutes))
    async with school.opened.works.write(_admin(school)) as work:
        await _happens(school, work, happened.person_id, "suspended")
    async with school.opened.works.read(SYSTEM) as work:
        held = await certified(work.session, {happened.person_id: FIRST})
    assert (happened.person_id in held) is counts
