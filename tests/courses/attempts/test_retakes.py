"""Beginning again: how often, from when, until when, and what a refusal may tell."""

from datetime import timedelta

from courses.enrolment.models import Enrolment, EnrolmentState
from courses.results.ticks import close_overdue
from lms.app import Platform
from lms.kernel.clock import FrozenClock
from tests.builders.candidates import Client, begin, problem, sit, start, submit
from tests.builders.exams import SYSTEM, a_candidate, an_exam
from tests.builders.people import signed_in

DAY = timedelta(days=1)


async def test_retakes_wait_and_end(client: Client, opened: Platform, clock: FrozenClock) -> None:
    exam = await an_exam(
        opened,
        version={"retake_limit": 1, "cooling_off_days": 7},
        sitting={"closes_at": clock.now() + 60 * DAY},
    )
    candidate = await a_candidate(opened, exam)
    await sit(client, candidate, exam, rights=0)
    soon = await start(client, candidate, exam.sitting_id)
    assert problem(soon) == (409, "cooling_off")
    assert soon.json()["from"] == (clock.now() + 7 * DAY).isoformat()
    clock.advance(7 * DAY)
    candidate.headers = await signed_in(opened, candidate.person_id)
    again = await sit(client, candidate, exam, rights=1)
    assert again["number"] == 2
    clock.advance(7 * DAY)
    candidate.headers = await signed_in(opened, candidate.person_id)
    used_up = await start(client, candidate, exam.sitting_id)
    assert problem(used_up) == (409, "retakes_used_up")


async def test_another_enrolment_counts_old_attempts_unless_the_course_was_completed(
    client: Client, opened: Platform
) -> None:
    exam = await an_exam(opened, version={"retake_limit": 0})
    for rights, state, outcome in ((0, "withdrawn", 409), (4, "completed", 201)):
        candidate = await a_candidate(opened, exam)
        await sit(client, candidate, exam, rights=rights)
        await opened.pool.execute(
            "UPDATE enrolment SET state = 'withdrawn', withdrawn_at = now()"
            " WHERE id = $1 AND state = 'confirmed'",
            candidate.enrolment_id,
        )
        assert state == await opened.pool.fetchval(
            "SELECT state FROM enrolment WHERE id = $1", candidate.enrolment_id
        )
        async with opened.works.write(SYSTEM) as work:
            again = Enrolment(
                id=work.new_id(),
                person_id=candidate.person_id,
                course_id=exam.course_id,
                version_id=exam.version_id,
                state=EnrolmentState.CONFIRMED,
                requested_at=work.now(),
                confirmed_at=work.now(),
            )
            work.session.add(again)
        answer = await start(client, candidate, exam.sitting_id)
        assert answer.status_code == outcome, answer.text
        if outcome == 201:
            await submit(client, candidate, answer.json())
            answer = await start(client, candidate, exam.sitting_id)
        assert problem(answer) == (409, "retakes_used_up")


async def test_the_last_day_for_retakes_is_a_day_in_hong_kong(
    client: Client, opened: Platform, clock: FrozenClock
) -> None:
    exam = await an_exam(opened, sitting={"closes_at": clock.now() + 2 * DAY})
    candidates = [await a_candidate(opened, exam) for _ in range(2)]
    for candidate in candidates:
        await sit(client, candidate, exam, rights=0)
    await opened.pool.execute("UPDATE course_version SET teach_out_on = '2026-03-02'")
    midnight = clock.now().replace(hour=16)
    answers = []
    for candidate, at in zip(
        candidates, (midnight - timedelta(microseconds=1), midnight), strict=True
    ):
        clock.at = at
        candidate.headers = await signed_in(opened, candidate.person_id)
        answers.append(await start(client, candidate, exam.sitting_id))
    assert answers[0].status_code == 201
    assert problem(answers[1]) == (409, "version_taught_out")


async def test_a_refusal_does_not_tell_a_result_before_its_release(
    client: Client, opened: Platform
) -> None:
    exam = await an_exam(opened, release="by_admin")
    answers = []
    for rights in (0, 4):
        candidate = await a_candidate(opened, exam)
        await sit(client, candidate, exam, rights=rights)
        answers.append(problem(await start(client, candidate, exam.sitting_id)))
    assert answers == [(409, "result_awaited")] * 2


async def test_a_passed_exam_is_not_sat_again(client: Client, opened: Platform) -> None:
    exam = await an_exam(opened)
    candidate = await a_candidate(opened, exam)
    await sit(client, candidate, exam, rights=4)
    await opened.pool.execute("UPDATE enrolment SET state = 'confirmed', completed_at = NULL")
    again = await start(client, candidate, exam.sitting_id)
    assert problem(again) == (409, "exam_passed_already")


async def test_cooling_off_counts_from_the_deadline_however_late_the_attempt_was_closed(
    client: Client, opened: Platform, clock: FrozenClock
) -> None:
    exam = await an_exam(opened, time_limit_minutes=3, version={"cooling_off_days": 1})
    candidate = await a_candidate(opened, exam)
    await begin(client, candidate, exam)
    ends = clock.now() + timedelta(minutes=3)
    clock.advance(timedelta(hours=2))
    await close_overdue(opened.works)
    candidate.headers = await signed_in(opened, candidate.person_id)
    refused = await start(client, candidate, exam.sitting_id)
    assert (problem(refused)[1], refused.json()["from"]) == (
        "cooling_off",
        (ends + DAY).isoformat(),
    )
