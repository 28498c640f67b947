import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from courses.catalogue.models import CourseVersion
from courses.enrolment import moving
from courses.enrolment.models import EnrolmentState
from courses.enrolment.seat_returns.service import Use, return_unused, unused, withdraw_sponsored
from courses.enrolment.subscriptions import handlers
from courses.events import VersionClosed
from lms.kernel.problems import Conflict
from lms.orgs.staff.events import StaffLeft
from lms.wiring import ABOVE_ENROLMENT
from tests.builders.exams import a_candidate, an_exam
from tests.builders.learning import SYSTEM, a_class, a_meeting, a_run, an_employer, enrolled, people
from tests.builders.queueing import in_line
from tests.builders.statements import statements
from tests.conftest import MORNING

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
FRESH = Use(EnrolmentState.CONFIRMED, NOW + timedelta(days=1), attended=False, attempted=False)


@pytest.mark.parametrize(
    ("use", "returns"),
    [
        (FRESH, True),
        (replace(FRESH, class_begins_at=None), True),
        (replace(FRESH, class_begins_at=NOW), False),
        (replace(FRESH, attended=True), False),
        (replace(FRESH, attempted=True), False),
        (replace(FRESH, state=EnrolmentState.WAITLISTED, class_begins_at=NOW), True),
        (replace(FRESH, state=EnrolmentState.COMPLETED), False),
        (replace(FRESH, state=EnrolmentState.WITHDRAWN), False),
    ],
)
def test_a_seat_goes_back_only_when_nothing_of_it_was_used(use, returns):
    assert unused(use, NOW) is returns


async def leave(opened, employer, number):
    async with opened.works.write(SYSTEM) as work:
        await return_unused(work, ABOVE_ENROLMENT.attempts, employer.id, employer.people[number])


async def state_of(opened, enrolment_id):
    return await opened.pool.fetchval("SELECT state FROM enrolment WHERE id = $1", enrolment_id)


async def test_a_leavers_unused_company_seat_goes_to_whoever_waits(opened):
    employer = await an_employer(opened, "1")
    run = await a_class(opened, seats=1, meetings=1)
    seat = await enrolled(opened, run, employer.people["1"], organisation_id=employer.id)
    [waiting] = await people(opened, 1)
    next_one = await enrolled(
        opened,
        run,
        waiting,
        state=EnrolmentState.WAITLISTED,
        confirmed_at=None,
        waitlist_place=1,
    )
    await leave(opened, employer, "1")
    assert await state_of(opened, seat) == "withdrawn"
    assert await state_of(opened, next_one) == "confirmed"


async def test_a_leavers_own_enrolment_and_another_companys_seat_stay(opened):
    employer = await an_employer(opened, "1", "2")
    other = await an_employer(opened, "9")
    run = await a_class(opened)
    own = await enrolled(opened, run, employer.people["1"])
    elsewhere = await enrolled(opened, run, employer.people["2"], organisation_id=other.id)
    await leave(opened, employer, "1")
    await leave(opened, employer, "2")
    assert await state_of(opened, own) == "confirmed"
    assert await state_of(opened, elsewhere) == "confirmed"


async def test_a_seat_in_a_class_that_has_begun_stays(opened):
    employer = await an_employer(opened, "1")
    run = await a_class(opened)
    async with opened.works.write(SYSTEM) as work:
        await a_meeting(work, run.id, days=0)
    seat = await enrolled(opened, run, employer.people["1"], organisation_id=employer.id)
    await leave(opened, employer, "1")
    assert await state_of(opened, seat) == "confirmed"


async def test_looking_at_many_seats_takes_as_many_statements_as_at_one(opened):
    one, many = [await an_employer(opened, "1") for _ in range(2)]
    counts = []
    for employer, codes in ((one, ["ONE"]), (many, ["TWO", "THREE", "FOUR"])):
        for code in codes:
            run = await a_class(opened, code=code)
            async with opened.works.write(SYSTEM) as work:
                await a_meeting(work, run.id, days=0)
            await enrolled(opened, run, employer.people["1"], organisation_id=employer.id)
        with statements(opened.works) as sent:
            await leave(opened, employer, "1")
        counts.append(len(sent))
    assert counts[0] == counts[1] > 0


async def test_a_running_attempt_is_not_touched(opened, client):
    employer = await an_employer(opened, "1")
    exam = await an_exam(opened)
    candidate = await a_candidate(opened, exam, organisation_id=employer.id)
    begun = await client.post(
        "/api/v1/attempts", json={"sitting_id": str(exam.sitting_id)}, headers=candidate.headers
    )
    assert begun.status_code == 201, begun.text
    async with opened.works.write(SYSTEM) as work:
        returned = await return_unused(
            work, ABOVE_ENROLMENT.attempts, employer.id, candidate.person_id
        )
    assert returned == 0
    assert await state_of(opened, candidate.enrolment_id) == "confirmed"
    assert await opened.pool.fetchval("SELECT state FROM attempt") == "open"


async def test_the_event_of_leaving_is_what_returns_the_seats(opened, settle):
    employer = await an_employer(opened, "1")
    run = await a_class(opened)
    seat = await enrolled(opened, run, employer.people["1"], organisation_id=employer.id)
    handler, other = handlers(ABOVE_ENROLMENT.attempts)
    assert (handler.event, other.event) == (StaffLeft, VersionClosed)
    async with opened.works.write(SYSTEM) as work:
        await work.emit(
            StaffLeft(
                organisation_id=employer.id,
                staff_record_id=employer.id,
                person_id=employer.people["1"],
                last_day=NOW.date(),
            )
        )
    assert await settle() >= 1
    assert await state_of(opened, seat) == "withdrawn"


async def test_a_manager_takes_back_an_unused_seat_but_not_a_used_one(opened, client):
    employer = await an_employer(opened, "1", "2")
    run = await a_class(opened)
    path = f"/api/v1/organisations/{employer.id}/enrolments"
    seat = await enrolled(opened, run, employer.people["1"], organisation_id=employer.id)
    back = await client.post(f"{path}/{seat}/withdrawal", headers=employer.headers)
    assert back.json()["state"] == "withdrawn", back.text
    async with opened.works.write(SYSTEM) as work:
        await a_meeting(work, run.id, days=0)
    used = await enrolled(opened, run, employer.people["2"], organisation_id=employer.id)
    kept = await client.post(f"{path}/{used}/withdrawal", headers=employer.headers)
    assert kept.json()["type"] == "/problems/seat_used"


async def test_a_refusal_to_take_a_seat_back_does_not_tell_a_pass_from_a_running_course(
    opened, client
):
    employer = await an_employer(opened, "1", "2")
    run = await a_class(opened)
    async with opened.works.write(SYSTEM) as work:
        await a_meeting(work, run.id, days=0)
    seats = [
        await enrolled(opened, run, employer.people["1"], organisation_id=employer.id),
        await enrolled(
            opened,
            run,
            employer.people["2"],
            organisation_id=employer.id,
            state="completed",
            completed_at=MORNING,
        ),
    ]
    path = f"/api/v1/organisations/{employer.id}/enrolments"
    told = [
        (await client.post(f"{path}/{seat}/withdrawal", headers=employer.headers)).json()
        for seat in seats
    ]
    assert told[0]["type"] == "/problems/seat_used"
    assert {k: told[0].get(k) for k in ("type", "title", "status", "detail")} == {
        k: told[1].get(k) for k in ("type", "title", "status", "detail")
    }


async def test_a_seat_that_moves_while_it_is_taken_back_is_a_conflict(opened):
    employer = await an_employer(opened, "1")
    here = await a_class(opened)
    async with opened.works.write(SYSTEM) as work:
        version = await work.session.get_one(CourseVersion, here.version_id)
        there = await a_run(work, version, code="B")
    seat = await enrolled(opened, here, employer.people["1"], organisation_id=employer.id)

    async def take_back() -> None:
        async with opened.works.write(employer.manager) as work:
            await withdraw_sponsored(work, ABOVE_ENROLMENT.attempts, employer.id, seat)

    async with opened.works.write(SYSTEM) as work:
        await moving.move_somebody(work, ABOVE_ENROLMENT, seat, there.id)
        taking = asyncio.create_task(take_back())
        await in_line(opened, 1)
    with pytest.raises(Conflict, match="moved to another class"):
        await taking
    assert await state_of(opened, seat) == "confirmed"
