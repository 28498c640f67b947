"""Standing rights and grants: recomputed, recorded, audited, and the same in every gate."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from courses.attempts.extra_time.service import give_accommodation
from courses.attempts.permissions import GIVE_TIME
from courses.results.ticks import close_overdue
from lms.app import Platform
from lms.kernel.actor import Actor
from lms.kernel.clock import FrozenClock
from lms.people.grants.roles import Role
from tests.builders.candidates import API, Client, begin, problem, read, right, save, start
from tests.builders.exams import ACandidate, a_candidate, an_exam
from tests.builders.people import signed_in, somebody, with_role
from tests.builders.queueing import at_once, in_line

MINUTE = timedelta(minutes=1)


async def deadline_of(client: Client, candidate: ACandidate, attempt: Any) -> datetime:
    state = (await read(client, candidate, attempt)).json()
    return datetime.fromisoformat(state["deadline_at"])


async def test_a_standing_right_moves_every_deadline_by_itself(
    client: Client, opened: Platform, clock: FrozenClock
) -> None:
    _, examiner = await somebody(opened, Role.EXAMINER)
    exam = await an_exam(opened)
    candidate = await a_candidate(opened, exam)
    attempt = await begin(client, candidate, exam)
    began = clock.now()
    given = await client.post(
        f"{API}/people/{candidate.person_id}/accommodations",
        json={"extra_percent": 25, "reason": "doctor's letter"},
        headers=examiner,
    )
    assert given.status_code == 201, given.text
    assert await deadline_of(client, candidate, attempt) == began + 75 * MINUTE
    other = await an_exam(opened, code="OTHER")
    enrolled = await a_candidate(opened, other)
    await opened.pool.execute("UPDATE accommodation SET person_id = $1", enrolled.person_id)
    later = await begin(client, enrolled, other)
    assert datetime.fromisoformat(later["deadline_at"]) == began + 75 * MINUTE


async def test_an_ended_right_gives_nothing_to_the_next_attempt(
    client: Client, opened: Platform, clock: FrozenClock
) -> None:
    _, examiner = await somebody(opened, Role.EXAMINER)
    exam = await an_exam(opened)
    candidate = await a_candidate(opened, exam)
    url = f"{API}/people/{candidate.person_id}/accommodations"
    body = {"extra_percent": 50, "reason": "for this term"}
    given = (await client.post(url, json=body, headers=examiner)).json()
    end = f"{API}/accommodations/{given['id']}/end"
    ended = await client.post(end, headers={**examiner, "If-Match": '"1"'})
    assert ended.status_code == 200, ended.text
    twice = await client.post(end, headers={**examiner, "If-Match": '"2"'})
    assert twice.json()["type"] == "/problems/accommodation_ended"
    attempt = await begin(client, candidate, exam)
    assert datetime.fromisoformat(attempt["deadline_at"]) == clock.now() + 60 * MINUTE
    [listed] = (await client.get(url, headers=examiner)).json()
    assert listed["ended_at"] is not None


async def test_a_grant_gives_time_to_a_running_attempt_and_leaves_a_trace(
    client: Client, opened: Platform, clock: FrozenClock
) -> None:
    exam = await an_exam(opened, time_limit_minutes=4)
    examiner_id, examiner = await somebody(opened, Role.EXAMINER)
    candidate = await a_candidate(opened, exam)
    attempt = await begin(client, candidate, exam)
    began = clock.now()
    grant = await client.post(
        f"{API}/attempts/{attempt['id']}/grants",
        json={"minutes": 10, "reason": "fire alarm"},
        headers=examiner,
    )
    assert grant.status_code == 201, grant.text
    assert datetime.fromisoformat(grant.json()["deadline_after"]) == began + 14 * MINUTE
    clock.advance(14 * MINUTE - timedelta(microseconds=1))
    candidate.headers = await signed_in(opened, candidate.person_id)
    assert (await save(client, candidate, attempt, 1, right(attempt["items"][0]))).is_success
    entries = await opened.pool.fetch(
        "SELECT actor_id, subject_id, reason, before->>'deadline_at', after->>'deadline_at'"
        " FROM audit_entry WHERE action = 'attempt.deadline-moved'"
    )
    [(*who, before, after)] = entries
    assert who == [examiner_id, UUID(attempt["id"]), "fire alarm"]
    assert [datetime.fromisoformat(at) - began for at in (before, after)] == [
        4 * MINUTE,
        14 * MINUTE,
    ]
    kinds = await opened.pool.fetch("SELECT kind FROM attempt_log ORDER BY id")
    assert [row["kind"] for row in kinds] == ["started", "deadline_moved", "saved"]


async def test_time_that_is_over_is_not_given_back_whether_the_sweeper_came_or_not(
    client: Client, opened: Platform, clock: FrozenClock
) -> None:
    exam = await an_exam(opened, time_limit_minutes=4)
    candidate = await a_candidate(opened, exam)
    attempt = await begin(client, candidate, exam)
    clock.advance(4 * MINUTE)
    _, examiner = await somebody(opened, Role.EXAMINER)
    grant = await client.post(
        f"{API}/attempts/{attempt['id']}/grants",
        json={"minutes": 10, "reason": "too late"},
        headers=examiner,
    )
    assert grant.json()["type"] == "/problems/attempt_over"


async def test_a_grant_to_a_sitting_reaches_everybody_who_is_still_writing(
    client: Client, opened: Platform, clock: FrozenClock
) -> None:
    exam = await an_exam(opened)
    _, examiner = await somebody(opened, Role.EXAMINER)
    candidates = [await a_candidate(opened, exam) for _ in range(3)]
    attempts = [await begin(client, candidate, exam) for candidate in candidates]
    done = f"{API}/attempts/{attempts[0]['id']}/submission"
    await client.post(done, headers=candidates[0].headers)
    answer = await client.post(
        f"{API}/sittings/{exam.sitting_id}/grants",
        json={"minutes": 5, "reason": "fire alarm"},
        headers=examiner,
    )
    granted = {grant["attempt_id"] for grant in answer.json()["grants"]}
    assert granted == {attempt["id"] for attempt in attempts[1:]}
    moved = await deadline_of(client, candidates[1], attempts[1])
    assert moved == clock.now() + 65 * MINUTE


async def test_nobody_gives_or_takes_time_in_their_own_matter(
    client: Client, opened: Platform
) -> None:
    exam = await an_exam(opened)
    own, other = [await a_candidate(opened, exam) for _ in range(2)]
    attempt, theirs = [await begin(client, one, exam) for one in (own, other)]
    _, examiner = await somebody(opened, Role.EXAMINER)
    right_to_more = {"extra_percent": 10, "reason": "a letter"}
    url = f"{API}/people/{own.person_id}/accommodations"
    held = (await client.post(url, json=right_to_more, headers=examiner)).json()
    await with_role(opened, own.person_id, Role.ADMIN)
    before = await deadline_of(client, own, attempt)
    grant = {"minutes": 5, "reason": "an alarm"}
    end = f"{API}/accommodations/{held['id']}/end"
    for answer in (
        await client.post(url, json=right_to_more | {"extra_percent": 400}, headers=own.headers),
        await client.post(end, headers={**own.headers, "If-Match": '"1"'}),
        await client.post(
            f"{API}/attempts/{attempt['id']}/grants", json=grant, headers=own.headers
        ),
        await client.post(
            f"{API}/sittings/{exam.sitting_id}/grants", json=grant, headers=own.headers
        ),
    ):
        assert problem(answer) == (409, "second_person_needed")
    assert await deadline_of(client, own, attempt) == before
    assert await opened.pool.fetchval("SELECT count(*) FROM deadline_grant") == 0
    for_others = await client.post(
        f"{API}/attempts/{theirs['id']}/grants", json=grant, headers=own.headers
    )
    assert for_others.status_code == 201


async def test_trainers_and_learners_give_no_time(client: Client, opened: Platform) -> None:
    exam = await an_exam(opened)
    candidate = await a_candidate(opened, exam)
    attempt = await begin(client, candidate, exam)
    _, trainer = await somebody(opened, Role.TRAINER)
    for headers in (trainer, candidate.headers):
        answer = await client.post(
            f"{API}/attempts/{attempt['id']}/grants",
            json={"minutes": 5, "reason": "please"},
            headers=headers,
        )
        assert answer.status_code == 403


async def test_every_gate_knows_one_deadline_to_the_instant(
    client: Client, opened: Platform, clock: FrozenClock
) -> None:
    exam = await an_exam(opened, time_limit_minutes=4)
    _, examiner = await somebody(opened, Role.EXAMINER)
    candidate = await a_candidate(opened, exam)
    right_to_more = f"{API}/people/{candidate.person_id}/accommodations"
    await client.post(
        right_to_more, json={"extra_percent": 25, "reason": "a letter"}, headers=examiner
    )
    attempt = await begin(client, candidate, exam)
    grants = f"{API}/attempts/{attempt['id']}/grants"
    granted = await client.post(grants, json={"minutes": 10, "reason": "alarm"}, headers=examiner)
    ends = clock.now() + 15 * MINUTE
    assert datetime.fromisoformat(granted.json()["deadline_after"]) == ends
    clock.at = ends - timedelta(microseconds=1)
    candidate.headers = await signed_in(opened, candidate.person_id)
    examiner = (await somebody(opened, Role.EXAMINER))[1]
    chosen = right(attempt["items"][0])
    await close_overdue(opened.works)
    assert (await start(client, candidate, exam.sitting_id)).status_code == 200
    assert (await read(client, candidate, attempt)).json()["state"] == "open"
    assert (await save(client, candidate, attempt, 1, chosen)).status_code == 200
    clock.at = ends
    refused = [
        await start(client, candidate, exam.sitting_id),
        await save(client, candidate, attempt, 2, right(attempt["items"][1])),
        await client.post(grants, json={"minutes": 1, "reason": "late"}, headers=examiner),
    ]
    assert [answer.json()["type"].removeprefix("/problems/") for answer in refused] == [
        "result_awaited",
        "attempt_over",
        "attempt_over",
    ]
    more = await client.post(
        right_to_more, json={"extra_percent": 400, "reason": "late"}, headers=examiner
    )
    assert more.status_code == 201
    shown = (await read(client, candidate, attempt)).json()
    assert (shown["state"], datetime.fromisoformat(shown["sealed_at"])) == ("sealed", ends)
    await close_overdue(opened.works)
    row = await opened.pool.fetchrow("SELECT state, sealed_at, deadline_at FROM attempt")
    assert tuple(row) == ("sealed", ends, ends)


async def test_a_right_that_waited_for_the_seal_moves_nothing_any_more(
    client: Client, opened: Platform
) -> None:
    exam = await an_exam(opened)
    _, examiner = await somebody(opened, Role.EXAMINER)
    candidate = await a_candidate(opened, exam)
    await begin(client, candidate, exam)
    async with opened.pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "UPDATE attempt SET state = 'sealed', sealed_at = started_at, sealed_by = 'candidate'"
        )
        waiting = asyncio.create_task(
            at_once(
                client.post(
                    f"{API}/people/{candidate.person_id}/accommodations",
                    json={"extra_percent": 50, "reason": "a letter"},
                    headers=examiner,
                )
            )
        )
        await in_line(opened, 1)
    [given] = await waiting
    assert given.status_code == 201
    row = await opened.pool.fetchrow("SELECT extra_percent, deadline_at - started_at FROM attempt")
    assert tuple(row) == (0, 60 * MINUTE)
    assert await opened.pool.fetchval("SELECT count(*) FROM attempt_log") == 1


async def test_a_start_that_waited_for_a_right_being_given_has_its_time(
    client: Client, opened: Platform
) -> None:
    exam = await an_exam(opened)
    candidate = await a_candidate(opened, exam)
    examiner_id, _ = await somebody(opened, Role.EXAMINER)
    giver = Actor(kind="person", person_id=examiner_id, rights={GIVE_TIME: None})
    async with opened.works.write(giver) as work:
        await give_accommodation(work, candidate.person_id, 50, "a letter")
        waiting = asyncio.create_task(at_once(start(client, candidate, exam.sitting_id)))
        await in_line(opened, 1)
    [begun] = await waiting
    assert begun.status_code == 201, begun.text
    row = await opened.pool.fetchrow("SELECT extra_percent, deadline_at - started_at FROM attempt")
    assert tuple(row) == (50, 90 * MINUTE)
