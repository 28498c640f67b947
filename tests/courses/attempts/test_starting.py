"""Beginning an attempt: who, when, and only one at a time."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from courses.enrolment.models import EnrolmentState
from courses.results.ticks import close_overdue
from lms.app import Platform
from lms.kernel.clock import FrozenClock
from tests.builders.candidates import Client, begin, problem, start, submit
from tests.builders.exams import SYSTEM, a_candidate, a_sitting, an_exam
from tests.builders.people import somebody
from tests.builders.queueing import at_once

DAY = timedelta(days=1)


async def test_beginning_again_in_the_same_sitting_goes_on_with_the_same_attempt(
    client: Client, opened: Platform
) -> None:
    exam = await an_exam(opened)
    candidate = await a_candidate(opened, exam)
    attempt = await begin(client, candidate, exam)
    again = await start(client, candidate, exam.sitting_id)
    assert (again.status_code, again.json()) == (200, attempt)


async def test_a_second_attempt_beside_an_open_one_is_refused_and_told_which(
    client: Client, opened: Platform
) -> None:
    exam = await an_exam(opened)
    candidate = await a_candidate(opened, exam)
    attempt = await begin(client, candidate, exam)
    async with opened.works.write(SYSTEM) as work:
        other = (await a_sitting(work, exam.exam_id)).id
    answer = await start(client, candidate, other)
    assert problem(answer) == (409, "attempt_open")
    assert answer.json()["attempt_id"] == attempt["id"]


async def test_many_starts_at_once_make_one_attempt(client: Client, opened: Platform) -> None:
    exam = await an_exam(opened)
    candidate = await a_candidate(opened, exam)
    answers = await at_once(*(start(client, candidate, exam.sitting_id) for _ in range(6)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: 5}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert await opened.pool.fetchval("SELECT count(*) FROM attempt_item") == exam.count


@pytest.mark.parametrize(
    "state", [EnrolmentState.WITHDRAWN, EnrolmentState.COMPLETED, EnrolmentState.WAITLISTED]
)
async def test_only_a_confirmed_enrolment_admits(
    client: Client, opened: Platform, state: EnrolmentState
) -> None:
    exam = await an_exam(opened)
    candidate = await a_candidate(opened, exam)
    await opened.pool.execute(
        "UPDATE enrolment SET state = $1, withdrawn_at = CASE $1 WHEN 'withdrawn' THEN now() END,"
        " completed_at = CASE $1 WHEN 'completed' THEN now() END"
        " WHERE $1 <> 'waitlisted'",
        state.value,
    )
    if state is EnrolmentState.WAITLISTED:
        await opened.pool.execute("DELETE FROM enrolment")
    answer = await start(client, candidate, exam.sitting_id)
    assert problem(answer) == (409, "enrolment_not_confirmed")


async def test_an_enrolment_in_another_course_does_not_admit(
    client: Client, opened: Platform
) -> None:
    exam, other = await an_exam(opened), await an_exam(opened, code="OTHER")
    stranger = await a_candidate(opened, other)
    answer = await start(client, stranger, exam.sitting_id)
    assert problem(answer) == (409, "enrolment_not_confirmed")


async def test_a_sitting_that_is_not_there_or_was_called_off_is_not_found(
    client: Client, opened: Platform
) -> None:
    exam = await an_exam(opened)
    candidate = await a_candidate(opened, exam)
    assert (await start(client, candidate, exam.exam_id)).status_code == 404
    await opened.pool.execute("UPDATE sitting SET cancelled_at = now()")
    assert (await start(client, candidate, exam.sitting_id)).status_code == 404


async def test_the_sittings_window_and_list_hold(
    client: Client, opened: Platform, clock: FrozenClock
) -> None:
    now = clock.now()
    exam = await an_exam(opened, sitting={"opens_at": now + timedelta(minutes=1)})
    candidate = await a_candidate(opened, exam)
    early = await start(client, candidate, exam.sitting_id)
    assert problem(early) == (409, "sitting_not_open")
    assert early.json()["from"] == (now + timedelta(minutes=1)).isoformat()
    clock.advance(timedelta(minutes=1))
    await opened.pool.execute("UPDATE sitting SET listed_only = true")
    unlisted = await start(client, candidate, exam.sitting_id)
    assert problem(unlisted) == (409, "sitting_not_for_you")
    await opened.pool.execute(
        "INSERT INTO sitting_candidate VALUES ($1, $2, now())",
        exam.sitting_id,
        candidate.enrolment_id,
    )
    assert (await start(client, candidate, exam.sitting_id)).status_code == 201
    clock.advance(timedelta(minutes=1))
    await opened.pool.execute("UPDATE sitting SET closes_at = $1, listed_only = false", clock.now())
    other = await a_candidate(opened, exam)
    assert problem(await start(client, other, exam.sitting_id)) == (409, "sitting_closed")


async def test_attendance_gates_where_the_version_says_so(client: Client, opened: Platform) -> None:
    gate = {"attendance_gates": True, "attendance_percent": 70}
    exam = await an_exam(opened, version=gate)
    candidate = await a_candidate(opened, exam)
    refused = await start(client, candidate, exam.sitting_id)
    assert problem(refused) == (409, "attendance_too_low")
    await _attend(opened, exam.version_id, candidate.enrolment_id, 419)
    refused = await start(client, candidate, exam.sitting_id)
    assert problem(refused) == (409, "attendance_too_low")
    await opened.pool.execute("UPDATE attendance SET minutes = 420")
    assert (await start(client, candidate, exam.sitting_id)).status_code == 201


async def _attend(opened: Platform, version_id: Any, enrolment_id: Any, minutes: int) -> None:
    trainer, _ = await somebody(opened)
    await opened.pool.execute(
        "INSERT INTO course_class (id, version_id, code, seats, state, revision)"
        " VALUES (gen_random_uuid(), $1, 'A', 20, 'open', 1)",
        version_id,
    )
    await opened.pool.execute(
        "INSERT INTO meeting (id, class_id, starts_at, ends_at, venue, contact_minutes, revision)"
        " SELECT gen_random_uuid(), id, now(), now() + interval '12 hours', 'Room', 600, 1"
        " FROM course_class"
    )
    await opened.pool.execute(
        "INSERT INTO attendance"
        " (meeting_id, contact_minutes, enrolment_id, minutes, recorded_by, recorded_at)"
        " SELECT id, contact_minutes, $1, $2, $3, now() FROM meeting",
        enrolment_id,
        minutes,
        trainer,
    )
    await opened.pool.execute("UPDATE enrolment SET class_id = (SELECT id FROM course_class)")


async def test_an_employers_withdrawal_does_not_touch_a_running_attempt(
    client: Client, opened: Platform
) -> None:
    exam = await an_exam(opened)
    candidate = await a_candidate(opened, exam)
    attempt = await begin(client, candidate, exam)
    await opened.pool.execute("UPDATE enrolment SET state = 'withdrawn', withdrawn_at = now()")
    assert (await start(client, candidate, exam.sitting_id)).json()["id"] == attempt["id"]
    assert (await submit(client, candidate, attempt)).status_code == 200


async def test_an_attempt_whose_time_is_over_is_over_before_the_sweeper_comes(
    client: Client, opened: Platform, clock: FrozenClock
) -> None:
    exam = await an_exam(opened, time_limit_minutes=3)
    candidate = await a_candidate(opened, exam)
    async with opened.works.write(SYSTEM) as work:
        other = (await a_sitting(work, exam.exam_id)).id
    first = await begin(client, candidate, exam)
    clock.advance(timedelta(minutes=3))
    for sitting_id in (exam.sitting_id, other):
        assert problem(await start(client, candidate, sitting_id)) == (409, "result_awaited")
    await close_overdue(opened.works)
    retake = await start(client, candidate, other)
    assert (retake.status_code, retake.json()["number"]) == (201, 2)
    assert retake.json()["id"] != first["id"]


async def test_an_exam_that_lost_too_many_questions_says_so(
    client: Client, opened: Platform
) -> None:
    exam = await an_exam(opened, count=4)
    await opened.pool.execute(
        "UPDATE exam_pool_entry SET withdrawn_at = now() WHERE question_version_id IN"
        " (SELECT question_version_id FROM exam_pool_entry LIMIT 3)"
    )
    candidate = await a_candidate(opened, exam)
    refused = await start(client, candidate, exam.sitting_id)
    assert problem(refused) == (409, "exam_short_of_questions")
    assert await opened.pool.fetchval("SELECT count(*) FROM attempt") == 0
