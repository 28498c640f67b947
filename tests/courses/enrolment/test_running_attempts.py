"""An enrolment does not end, nor change its version, under an attempt; nor does one begin on it."""

import asyncio
from datetime import date, timedelta

import pytest

from courses.attempts import starting
from courses.attempts.desk import Desk
from courses.attempts.starting import Started
from courses.catalogue.models import CourseVersion
from courses.enrolment import service
from courses.enrolment.seat_returns.service import return_unused
from courses.papers.served import ServedQuestions
from courses.results.ticks import close_overdue
from lms.kernel.problems import Conflict
from lms.people.grants.roles import Role
from lms.wiring import ABOVE_ENROLMENT
from tests.builders.candidates import begin, sit, submit
from tests.builders.exams import a_candidate, an_exam
from tests.builders.learning import SYSTEM, a_later_version, a_run, an_employer
from tests.builders.people import signed_in, somebody
from tests.builders.queueing import in_line

MINE = "/api/v1/me/enrolments"


def problem(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


async def state_of(opened, candidate) -> str:
    return await opened.pool.fetchval(
        "SELECT state FROM enrolment WHERE id = $1", candidate.enrolment_id
    )


async def beginning(opened, clock, candidate, exam) -> asyncio.Task[Started]:
    """A candidate's start, under way in this process."""
    claims = await opened.people.authentication.claims_of(candidate.headers["Authorization"])
    desk = Desk(opened.pool, clock, ServedQuestions())
    return asyncio.create_task(starting.start(desk, claims, exam.sitting_id))


async def test_nobody_is_withdrawn_while_an_attempt_runs_and_the_answer_names_it(
    opened, client, clock
):
    exam = await an_exam(opened)
    candidate = await a_candidate(opened, exam)
    admin_id, admin = await somebody(opened, Role.ADMIN)
    attempt = await begin(client, candidate, exam)
    own = f"{MINE}/{candidate.enrolment_id}/withdrawal"
    anybodys = f"/api/v1/enrolments/{candidate.enrolment_id}/withdrawal"
    refused = await client.post(own, headers=candidate.headers)
    assert problem(refused) == (409, "attempt_running")
    assert refused.json()["attempt_ids"] == [attempt["id"]]
    clock.advance(timedelta(hours=2))
    admin = await signed_in(opened, admin_id)
    late = await client.post(anybodys, json={"reason": "asked to"}, headers=admin)
    assert problem(late) == (409, "attempt_running")
    assert await state_of(opened, candidate) == "confirmed"
    await close_overdue(opened.works)
    ended = await client.post(anybodys, json={"reason": "asked to"}, headers=admin)
    assert ended.json()["state"] == "withdrawn", ended.text


async def test_what_was_sat_before_a_withdrawal_still_brings_its_result(opened, client):
    exam = await an_exam(opened, release="by_admin")
    candidate = await a_candidate(opened, exam)
    await sit(client, candidate, exam, rights=4)
    own = f"{MINE}/{candidate.enrolment_id}/withdrawal"
    ended = await client.post(own, headers=candidate.headers)
    assert ended.status_code == 200, ended.text
    _, admin = await somebody(opened, Role.ADMIN)
    path = f"/api/v1/sittings/{exam.sitting_id}/release"
    released = await client.post(path, json={"reason": "all marked"}, headers=admin)
    assert released.json() == {"released": 1}, released.text
    assert await opened.pool.fetchval("SELECT passed FROM course_result") is True
    assert await state_of(opened, candidate) == "withdrawn"


async def test_a_class_is_not_cancelled_while_somebody_in_it_sits_an_exam(opened, client):
    exam = await an_exam(opened)
    async with opened.works.write(SYSTEM) as work:
        version = await work.session.get_one(CourseVersion, exam.version_id)
        run = await a_run(work, version)
    sits = await a_candidate(opened, exam, class_id=run.id)
    idle = await a_candidate(opened, exam, class_id=run.id)
    attempt = await begin(client, sits, exam)
    _, admin = await somebody(opened, Role.ADMIN)
    path, seen = f"/api/v1/classes/{run.id}/cancellation", admin | {"If-Match": '"1"'}
    refused = await client.post(path, headers=seen)
    assert problem(refused) == (409, "attempt_running")
    assert refused.json()["attempt_ids"] == [attempt["id"]]
    assert await state_of(opened, idle) == "confirmed"
    await submit(client, sits, attempt)
    cancelled = await client.post(path, headers=seen)
    assert cancelled.json()["state"] == "cancelled", cancelled.text


async def test_nobody_changes_version_under_an_attempt_or_before_its_result(opened, client):
    exam = await an_exam(opened, release="by_admin")
    async with opened.works.write(SYSTEM) as work:
        old = await work.session.get_one(CourseVersion, exam.version_id)
        same = await a_run(work, old)
        other = await a_run(work, await a_later_version(work, old, date(2026, 2, 1)))
    candidate = await a_candidate(opened, exam)
    attempt = await begin(client, candidate, exam)
    move = f"{MINE}/{candidate.enrolment_id}/move"
    anew = {"class_id": str(other.id), "agree_to_version": 2}
    refused = await client.post(move, json=anew, headers=candidate.headers)
    assert problem(refused) == (409, "attempt_running")
    await submit(client, candidate, attempt)
    refused = await client.post(move, json=anew, headers=candidate.headers)
    assert problem(refused) == (409, "result_awaited")
    within = {"class_id": str(same.id)}
    moved = await client.post(move, json=within, headers=candidate.headers)
    assert moved.json()["version_id"] == str(exam.version_id), moved.text
    assert await opened.pool.fetchval("SELECT count(*) FROM version_agreement") == 0


async def withdrawal(work, candidate, _employer) -> None:
    await service.withdraw_somebody(work, ABOVE_ENROLMENT.attempts, candidate.enrolment_id, "test")


async def leaving(work, candidate, employer) -> None:
    await return_unused(work, ABOVE_ENROLMENT.attempts, employer.id, candidate.person_id)


@pytest.mark.parametrize("ends", [withdrawal, leaving])
async def test_an_attempt_that_begins_during_a_withdrawal_is_refused(opened, clock, ends):
    exam = await an_exam(opened)
    employer = await an_employer(opened)
    candidate = await a_candidate(opened, exam, organisation_id=employer.id)
    async with opened.works.write(SYSTEM) as work:
        await ends(work, candidate, employer)
        begins = await beginning(opened, clock, candidate, exam)
        await in_line(opened, 1)
    with pytest.raises(Conflict, match="enrolment_not_confirmed"):
        await begins
    assert await opened.pool.fetchval("SELECT count(*) FROM attempt") == 0
    assert await state_of(opened, candidate) == "withdrawn"


async def test_a_withdrawal_during_the_beginning_of_an_attempt_is_refused(opened, clock):
    exam = await an_exam(opened)
    candidate = await a_candidate(opened, exam)

    async def withdraw() -> None:
        async with opened.works.write(SYSTEM) as work:
            await withdrawal(work, candidate, None)

    async with opened.pool.acquire() as connection, connection.transaction():
        # the beginning waits for this at its last step: the attempt is written, not committed
        await connection.execute("SELECT FROM exam FOR NO KEY UPDATE")
        begins = await beginning(opened, clock, candidate, exam)
        await in_line(opened, 1)
        ends = asyncio.create_task(withdraw())
        await in_line(opened, 2)
    assert not (await begins).resumed
    with pytest.raises(Conflict, match="attempt_running"):
        await ends
    assert await state_of(opened, candidate) == "confirmed"
