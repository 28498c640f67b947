"""Seats under concurrency: several units of work at once, real commits, nothing overbooked."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from courses.catalogue.models import CourseVersion
from courses.enrolment import class_changes, moving, service
from courses.enrolment.bulk import service as bulk
from courses.enrolment.bulk.models import EnrolmentPreview, PreviewState
from courses.enrolment.bulk.outcomes import Outcome
from courses.enrolment.bulk.schemas import CommitIn, Mode, PreviewIn
from courses.enrolment.models import EnrolmentState
from courses.enrolment.schemas import EnrolIn
from courses.enrolment.seats.capacity import HOLD
from courses.enrolment.subscriptions import expire_previews
from lms.app import Platform
from lms.kernel.problems import Conflict
from lms.web.dependencies import ExpectedRevision
from lms.wiring import ABOVE_ENROLMENT
from tests.builders.learning import (
    SYSTEM,
    AClass,
    a_class,
    a_run,
    an_employer,
    enrolled,
    people,
    states,
)
from tests.builders.queueing import in_line
from tests.conftest import gather

CERTIFICATES = ABOVE_ENROLMENT.certificates


async def enrol(opened: Platform, run: AClass, person: UUID, *, waits: bool = False) -> None:
    data = EnrolIn(course_code=run.course_code, class_id=run.id, join_waitlist=waits)
    async with opened.works.write(SYSTEM) as work:
        await service.enrol(work, CERTIFICATES, person, data)


async def withdraw(opened: Platform, enrolment_id: UUID) -> None:
    async with opened.works.write(SYSTEM) as work:
        await service.withdraw_somebody(work, ABOVE_ENROLMENT.attempts, enrolment_id, "test")


async def preview(opened: Platform, employer, run: AClass, numbers: list[str]):
    data = PreviewIn(course_code=run.course_code, class_id=run.id, staff_numbers=numbers)
    async with opened.works.write(employer.manager) as work:
        return await bulk.preview(work, CERTIFICATES, employer.id, data)


async def commit(opened: Platform, employer, preview_id: UUID, mode: Mode = Mode.POSSIBLE):
    async with opened.works.write(employer.manager) as work:
        return await bulk.commit(work, CERTIFICATES, employer.id, preview_id, CommitIn(mode=mode))


def codes(results) -> list[str]:
    unexpected = [one for one in results if isinstance(one, Exception)]
    assert all(isinstance(one, Conflict) for one in unexpected), unexpected
    return sorted(one.code for one in unexpected)


async def test_the_last_seat_has_one_taker_of_twenty(opened):
    run = await a_class(opened, seats=1)
    newcomers = await people(opened, 20)
    results = await gather(*(enrol(opened, run, person) for person in newcomers))
    assert codes(results) == ["class_full"] * 19
    assert await states(opened, run.id) == ["confirmed"]
    full = await opened.pool.fetch("SELECT FROM event WHERE type = 'courses.class-full.v1'")
    assert len(full) == 1


async def test_twenty_for_five_seats_wait_in_an_unbroken_line(opened):
    run = await a_class(opened, seats=5)
    newcomers = await people(opened, 20)
    results = await gather(*(enrol(opened, run, person, waits=True) for person in newcomers))
    assert codes(results) == []
    assert sorted(await states(opened, run.id)) == ["confirmed"] * 5 + ["waitlisted"] * 15
    places = await opened.pool.fetch(
        "SELECT waitlist_place FROM enrolment WHERE state = 'waitlisted' ORDER BY 1"
    )
    assert [row["waitlist_place"] for row in places] == list(range(1, 16))


async def test_one_person_asking_five_times_at_once_is_enrolled_once(opened):
    run = await a_class(opened)
    [person] = await people(opened, 1)
    results = await gather(*(enrol(opened, run, person) for _ in range(5)))
    assert codes(results) == ["enrolled_already"] * 4
    assert await states(opened, run.id) == ["confirmed"]


async def test_freed_seats_go_to_those_who_wait_longest_even_while_others_leave_the_line(opened):
    run = await a_class(opened, seats=4)
    seated = [await enrolled(opened, run, person) for person in await people(opened, 4)]
    waiting = [
        await enrolled(
            opened,
            run,
            person,
            state=EnrolmentState.WAITLISTED,
            confirmed_at=None,
            waitlist_place=place,
        )
        for place, person in enumerate(await people(opened, 6), start=1)
    ]
    [newcomer] = await people(opened, 1)
    results = await gather(
        *(withdraw(opened, one) for one in seated),
        withdraw(opened, waiting[1]),
        withdraw(opened, waiting[5]),
        enrol(opened, run, newcomer),
    )
    assert codes(results) in ([], ["class_full"])
    rows = await opened.pool.fetch("SELECT id, state FROM enrolment")
    state = {row["id"]: row["state"] for row in rows}
    assert [state[one] for one in seated] == ["withdrawn"] * 4
    assert [state[one] for one in (waiting[0], *waiting[2:5])] == ["confirmed"] * 4
    assert [state[one] for one in (waiting[1], waiting[5])] == ["withdrawn"] * 2
    assert sum(value == "confirmed" for value in state.values()) == 4


async def test_more_seats_and_newcomers_at_once_never_overbook(opened):
    run = await a_class(opened, seats=2)
    newcomers = await people(opened, 8)

    async def widen() -> None:
        async with opened.works.write(SYSTEM) as work:
            await class_changes.change_seats(work, run.id, ExpectedRevision(1), 5)

    results = await gather(
        *(enrol(opened, run, person, waits=True) for person in newcomers), widen()
    )
    assert codes(results) == []
    assert sorted(await states(opened, run.id)) == ["confirmed"] * 5 + ["waitlisted"] * 3


async def test_people_who_change_classes_crosswise_neither_block_nor_lose_a_seat(opened):
    here = await a_class(opened, seats=4)
    async with opened.works.write(SYSTEM) as work:
        version = await work.session.get_one(CourseVersion, here.version_id)
        there = await a_run(work, version, seats=4, code="B")
    out = [await enrolled(opened, here, person) for person in await people(opened, 3)]
    back = [
        await enrolled(opened, here, person, class_id=there.id)
        for person in await people(opened, 3)
    ]

    async def move(enrolment_id: UUID, class_id: UUID) -> None:
        async with opened.works.write(SYSTEM) as work:
            await moving.move_somebody(work, ABOVE_ENROLMENT, enrolment_id, class_id)

    results = await gather(
        *(move(one, there.id) for one in out), *(move(one, here.id) for one in back)
    )
    refused = codes(results)
    assert set(refused) <= {"class_full"}
    seated = await opened.pool.fetch("SELECT class_id FROM enrolment WHERE state = 'confirmed'")
    for class_id in (here.id, there.id):
        assert sum(row["class_id"] == class_id for row in seated) <= 4
    assert len(seated) == 6


async def test_an_enrolment_that_moves_while_it_is_withdrawn_frees_the_seat_it_had(opened):
    here = await a_class(opened, seats=1)
    async with opened.works.write(SYSTEM) as work:
        version = await work.session.get_one(CourseVersion, here.version_id)
        there = await a_run(work, version, seats=1, code="B")
    [person, waiting] = await people(opened, 2)
    seat = await enrolled(opened, here, person)
    await enrol(opened, here, waiting, waits=True)

    async def move() -> None:
        async with opened.works.write(SYSTEM) as work:
            await moving.move_somebody(work, ABOVE_ENROLMENT, seat, there.id)

    results = await gather(move(), withdraw(opened, seat))
    assert set(codes(results)) <= {"conflict", "enrolment_not_active"}
    assert "confirmed" in await states(opened, here.id)
    taken = await states(opened, here.id) + await states(opened, there.id)
    assert taken.count("waitlisted") == 0


async def test_a_commit_and_newcomers_share_the_seats_and_the_hold_is_kept(opened):
    employer = await an_employer(opened, "1", "2", "3")
    run = await a_class(opened, seats=4)
    previewed = await preview(opened, employer, run, ["1", "2", "3"])
    assert previewed.seats_held == 3
    newcomers = await people(opened, 6)
    results = await gather(
        *(enrol(opened, run, person) for person in newcomers),
        commit(opened, employer, previewed.preview.id),
    )
    assert codes(results) == ["class_full"] * 5
    sponsored = await opened.pool.fetch("SELECT FROM enrolment WHERE organisation_id IS NOT NULL")
    assert len(sponsored) == 3
    assert await states(opened, run.id) == ["confirmed"] * 4


async def test_a_preview_that_expires_while_it_is_committed_is_used_or_over_but_not_both(
    opened, clock
):
    employer = await an_employer(opened, "1", "2")
    run = await a_class(opened, seats=2)
    previewed = await preview(opened, employer, run, ["1", "2"])
    [waiting] = await people(opened, 1)
    await enrol(opened, run, waiting, waits=True)
    clock.advance(HOLD)
    results = await gather(
        commit(opened, employer, previewed.preview.id), expire_previews(opened.works)
    )
    assert codes(results) == ["preview_over"]
    assert await states(opened, run.id) == ["confirmed"]
    assert await opened.pool.fetchval("SELECT count(*) FROM seat_hold") == 0
    async with opened.works.read(SYSTEM) as work:
        left = await work.session.get_one(EnrolmentPreview, previewed.preview.id)
    assert left.state is PreviewState.EXPIRED


async def test_two_commits_of_one_preview_enrol_once(opened):
    employer = await an_employer(opened, "1", "2")
    run = await a_class(opened, seats=9)
    previewed = await preview(opened, employer, run, ["1", "2"])
    results = await gather(*(commit(opened, employer, previewed.preview.id) for _ in range(4)))
    assert codes(results) == ["preview_over"] * 3
    assert await states(opened, run.id) == ["confirmed"] * 2


async def test_a_self_enrolment_during_a_commit_is_one_persons_outcome_not_everybodys(opened):
    employer = await an_employer(opened, "1", "2", "3")
    run = await a_class(opened, seats=9)
    previewed = await preview(opened, employer, run, ["1", "2", "3"])
    results = await gather(
        enrol(opened, run, employer.people["2"]),
        commit(opened, employer, previewed.preview.id),
    )
    assert codes(results) in ([], ["enrolled_already"])
    assert await states(opened, run.id) == ["confirmed"] * 3


async def test_a_self_enrolment_without_a_class_is_waited_for_by_the_commit(opened):
    employer = await an_employer(opened, "1", "2")
    run = await a_class(opened, seats=9)
    previewed = await preview(opened, employer, run, ["1", "2"])
    async with opened.works.write(SYSTEM) as work:
        await service.enrol(work, CERTIFICATES, employer.people["2"], EnrolIn(course_code="TEST"))
        committing = asyncio.create_task(commit(opened, employer, previewed.preview.id))
        await in_line(opened, 1)
    done = await committing
    assert [row.outcome for row in done.judged] == [Outcome.SEAT, Outcome.ENROLLED_ALREADY]
    assert await states(opened, run.id) == ["confirmed"]


@pytest.mark.parametrize("before", [timedelta(seconds=1), timedelta(0)])
async def test_a_hold_lasts_to_its_last_second(opened, clock, before):
    employer = await an_employer(opened, "1")
    run = await a_class(opened, seats=1)
    await preview(opened, employer, run, ["1"])
    [newcomer] = await people(opened, 1)
    clock.advance(HOLD - before)
    if before:
        with pytest.raises(Conflict, match="class_full"):
            await enrol(opened, run, newcomer)
    else:
        await enrol(opened, run, newcomer)
    assert await states(opened, run.id) == ([] if before else ["confirmed"])
