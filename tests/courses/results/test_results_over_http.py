"""Results: released by rule, closed as of the deadline, kept when marking fails."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from courses.results import completion
from courses.results.ticks import close_overdue, grade_pending, release_when_due
from lms.app import Platform
from lms.kernel.clock import FrozenClock
from lms.people.grants.roles import Role
from tests.builders.candidates import API, Client, begin, problem, results, right, save, sit, submit
from tests.builders.exams import (
    SYSTEM,
    AnExam,
    a_bank,
    a_candidate,
    a_course,
    a_published_exam,
    a_sitting,
    an_exam,
)
from tests.builders.people import signed_in, somebody, with_role
from tests.builders.queueing import at_once

MINUTE = timedelta(minutes=1)
NOTHING: dict[str, Any] = {"components": [], "courses": []}
PASSES = "SELECT count(*) FROM event WHERE type = 'courses.course-passed.v1'"


async def test_an_admin_releases_a_sitting_and_no_time_does(
    client: Client, opened: Platform, clock: FrozenClock
) -> None:
    sitting = {"release_at": clock.now() + MINUTE}
    exam = await an_exam(opened, release="by_admin", sitting=sitting)
    candidates = [await a_candidate(opened, exam) for _ in range(3)]
    for rights, candidate in zip((4, 2, 0), candidates, strict=True):
        await sit(client, candidate, exam, rights=rights)
    clock.advance(MINUTE)
    await release_when_due(opened.works)
    for candidate in candidates:
        assert await results(client, candidate) == NOTHING
    assert await opened.pool.fetchval(PASSES) == 0
    _, admin = await somebody(opened, Role.ADMIN)
    body = {"reason": "the board has met"}
    url = f"{API}/sittings/{exam.sitting_id}/release"
    released = await client.post(url, json=body, headers=admin)
    assert (released.status_code, released.json()) == (200, {"released": 3})
    again = await client.post(url, json=body, headers=admin)
    assert again.json() == {"released": 0}
    assert await opened.pool.fetchval(PASSES) == 2
    verdicts = [(await results(client, one))["courses"][0]["passed"] for one in candidates]
    assert verdicts == [True, True, False]


async def test_who_waits_for_a_result_of_the_sitting_does_not_release_it(
    client: Client, opened: Platform
) -> None:
    exam = await an_exam(opened, release="by_admin")
    candidates = [await a_candidate(opened, exam) for _ in range(2)]
    for candidate in candidates:
        await sit(client, candidate, exam, rights=4)
    own = candidates[0]
    await with_role(opened, own.person_id, Role.ADMIN)
    _, admin = await somebody(opened, Role.ADMIN)
    body = {"reason": "the board has met"}
    url = f"{API}/sittings/{exam.sitting_id}/release"
    refused = await client.post(url, json=body, headers=own.headers)
    assert problem(refused) == (409, "second_person_needed")
    assert [await results(client, one) for one in candidates] == [NOTHING, NOTHING]
    assert (await client.post(url, json=body, headers=admin)).json() == {"released": 2}
    assert (await client.post(url, json=body, headers=own.headers)).json() == {"released": 0}


async def test_results_are_released_at_the_sittings_time(
    client: Client, opened: Platform, clock: FrozenClock
) -> None:
    at = clock.now() + 3 * MINUTE
    exam = await an_exam(opened, release="at_time", sitting={"release_at": at})
    candidate = await a_candidate(opened, exam)
    await sit(client, candidate, exam, rights=4)
    clock.at = at - timedelta(microseconds=1)
    await release_when_due(opened.works)
    assert await results(client, candidate) == NOTHING
    clock.at = at
    await release_when_due(opened.works)
    await release_when_due(opened.works)
    assert (await results(client, candidate))["courses"][0]["passed"] is True
    assert await opened.pool.fetchval(PASSES) == 1


async def test_trainers_and_learners_release_nothing(client: Client, opened: Platform) -> None:
    exam = await an_exam(opened, release="by_admin")
    candidate = await a_candidate(opened, exam)
    for headers in (candidate.headers, (await somebody(opened, Role.TRAINER))[1]):
        answer = await client.post(
            f"{API}/sittings/{exam.sitting_id}/release", json={"reason": "now"}, headers=headers
        )
        assert answer.status_code == 403


async def test_a_late_sweeper_closes_as_of_the_deadline(
    client: Client, opened: Platform, clock: FrozenClock
) -> None:
    exam = await an_exam(opened, time_limit_minutes=3)
    candidate = await a_candidate(opened, exam)
    attempt = await begin(client, candidate, exam)
    ends = clock.now() + 3 * MINUTE
    for item in attempt["items"]:
        await save(client, candidate, attempt, item["position"], right(item))
    await close_overdue(opened.works)
    assert await opened.pool.fetchval("SELECT state FROM attempt") == "open"
    clock.advance(90 * MINUTE)
    await close_overdue(opened.works)
    row = await opened.pool.fetchrow("SELECT state, sealed_at, sealed_by FROM attempt")
    assert tuple(row) == ("sealed", ends, "deadline")
    candidate.headers = await signed_in(opened, candidate.person_id)
    assert (await results(client, candidate))["courses"][0]["passed"] is True
    repeated = await submit(client, candidate, attempt)
    assert repeated.json()["sealed_at"] == ends.isoformat().replace("+00:00", "Z")


async def test_a_submission_after_the_deadline_counts_as_of_the_deadline(
    client: Client, opened: Platform, clock: FrozenClock
) -> None:
    exam = await an_exam(opened, time_limit_minutes=3)
    candidate = await a_candidate(opened, exam)
    attempt = await begin(client, candidate, exam)
    ends = clock.now() + 3 * MINUTE
    clock.advance(4 * MINUTE)
    assert (await submit(client, candidate, attempt)).status_code == 200
    row = await opened.pool.fetchrow("SELECT sealed_at, sealed_by FROM attempt")
    assert tuple(row) == (ends, "deadline")


@pytest.mark.parametrize("late", [timedelta(0), 5 * MINUTE])
async def test_submissions_from_two_devices_and_the_sweeper_at_once_seal_once(
    client: Client, opened: Platform, clock: FrozenClock, late: timedelta
) -> None:
    exam = await an_exam(opened, time_limit_minutes=4)
    candidate = await a_candidate(opened, exam)
    attempt = await begin(client, candidate, exam)
    for item in attempt["items"]:
        await save(client, candidate, attempt, item["position"], right(item))
    clock.advance(late)
    candidate.headers = await signed_in(opened, candidate.person_id)
    answers, _ = await asyncio.gather(
        at_once(*(submit(client, candidate, attempt) for _ in range(4))),
        close_overdue(opened.works),
    )
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({answer.json()["sealed_at"] for answer in answers}) == 1
    row = await opened.pool.fetchrow(
        "SELECT (SELECT count(*) FROM grading), (SELECT count(*) FROM component_result),"
        " (SELECT count(*) FROM attempt_log WHERE kind = 'sealed')"
    )
    assert tuple(row) == (1, 1, 1)
    assert await opened.pool.fetchval(PASSES) == 1


async def test_a_fault_in_marking_loses_no_submission(
    client: Client, opened: Platform, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    exam = await an_exam(opened)
    candidate = await a_candidate(opened, exam)
    attempt = await begin(client, candidate, exam)
    for item in attempt["items"]:
        await save(client, candidate, attempt, item["position"], right(item))

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(completion, "mark", broken)
        assert (await submit(client, candidate, attempt)).status_code == 200
    row = await opened.pool.fetchrow("SELECT state, graded_at FROM attempt")
    assert tuple(row) == ("sealed", None)
    assert await results(client, candidate) == NOTHING
    clock.advance(MINUTE)
    await grade_pending(opened.works)
    assert (await results(client, candidate))["courses"][0]["passed"] is True
    assert await opened.pool.fetchval(PASSES) == 1


async def test_one_bad_attempt_does_not_stop_the_sweeper(
    client: Client, opened: Platform, clock: FrozenClock
) -> None:
    exam = await an_exam(opened, time_limit_minutes=3)
    attempts = [await begin(client, await a_candidate(opened, exam), exam) for _ in range(3)]
    await opened.pool.execute(
        "UPDATE exam_version SET scoring = 'each_option' WHERE exam_id = $1", exam.exam_id
    )
    await opened.pool.execute(
        "UPDATE attempt SET number = 2 WHERE id = $1::uuid", attempts[0]["id"]
    )
    await opened.pool.execute(
        "INSERT INTO grading (id, attempt_id, number, cause, earned_numerator,"
        " earned_denominator, out_of, passed, items, made_at)"
        " VALUES (gen_random_uuid(), $1::uuid, 1, 'submission', 0, 1, 1, false, '[]', now())",
        attempts[0]["id"],
    )
    clock.advance(4 * MINUTE)
    await close_overdue(opened.works)
    rows = await opened.pool.fetch("SELECT state, graded_at IS NULL AS pending FROM attempt")
    assert sorted(tuple(row) for row in rows) == [
        ("sealed", False),
        ("sealed", False),
        ("sealed", True),
    ]


async def test_a_course_of_two_components_waits_for_both_and_weighs_them(
    client: Client, opened: Platform
) -> None:
    async with opened.works.write(SYSTEM) as work:
        course, version, components = await a_course(work, pass_marks=(50, 25))
        bank_id = await a_bank(work, course.id)
        exams = []
        for component in components:
            exam_id = await a_published_exam(work, component.id, bank_id)
            opening = await a_sitting(work, exam_id)
            exams.append(
                AnExam(course.id, version.id, component.id, bank_id, exam_id, opening.id, 4)
            )
    candidate = await a_candidate(opened, exams[0])
    await sit(client, candidate, exams[0], rights=4)
    first = await results(client, candidate)
    assert (len(first["components"]), first["courses"]) == (1, [])
    await sit(client, candidate, exams[1], rights=1)
    [verdict] = (await results(client, candidate))["courses"]
    assert (verdict["percent"], verdict["passed"]) == ("62.50", True)


async def test_a_retake_that_passes_supersedes_the_fail(client: Client, opened: Platform) -> None:
    exam = await an_exam(opened)
    candidate = await a_candidate(opened, exam)
    await sit(client, candidate, exam, rights=1)
    [verdict] = (await results(client, candidate))["courses"]
    assert verdict["passed"] is False
    await sit(client, candidate, exam, rights=3)
    [verdict] = (await results(client, candidate))["courses"]
    assert (verdict["passed"], verdict["percent"]) == (True, "75.00")
    _, auditor = await somebody(opened, Role.AUDITOR)
    url = f"{API}/enrolments/{candidate.enrolment_id}/course-results"
    history = (await client.get(url, headers=auditor)).json()
    assert [(row["number"], row["passed"]) for row in history] == [(2, True), (1, False)]


async def test_the_funds_verdict_stands_beside_ours(client: Client, opened: Platform) -> None:
    exam = await an_exam(opened)
    candidate = await a_candidate(opened, exam)
    await sit(client, candidate, exam, rights=4)
    [verdict] = (await results(client, candidate))["courses"]
    assert verdict["passed"] is True
    assert verdict["cef"] == {"met": False, "attendance_met": False, "mark_met": True}


async def test_a_rule_of_the_fund_that_changes_later_changes_no_verdict_that_was_told(
    client: Client, opened: Platform
) -> None:
    exam = await an_exam(opened)
    early, late, last = [await a_candidate(opened, exam) for _ in range(3)]
    await sit(client, early, exam, rights=3)
    await opened.pool.execute("UPDATE course_version SET cef_mark_percent = 80")
    await sit(client, late, exam, rights=3)
    await opened.pool.execute("UPDATE course SET cef_reimbursable = false")
    await sit(client, last, exam, rights=3)
    told = [(await results(client, one))["courses"][0]["cef"] for one in (early, late, last)]
    assert [cef and cef["mark_met"] for cef in told] == [True, False, None]
