"""An open sitting closes earlier than was said where no running attempt loses time by it."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from courses.attempts.early_closing.service import close_early
from lms.app import Platform
from lms.kernel.clock import FrozenClock
from lms.people.grants.roles import Role
from lms.web.dependencies import ExpectedRevision
from tests.builders.candidates import API, Client, begin, problem, start, submit
from tests.builders.exams import SYSTEM, AnExam, a_candidate, an_exam
from tests.builders.people import somebody
from tests.builders.queueing import at_once, in_line

Headers = dict[str, str]
MINUTE = timedelta(minutes=1)
REASON = "the closing day was mistyped"


@pytest.fixture
async def examiner(opened: Platform, client: Client) -> Headers:
    return (await somebody(opened, Role.EXAMINER))[1]


async def close(
    client: Client, headers: Headers, exam: AnExam, at: datetime | None, revision: int = 1
) -> Any:
    body = {"reason": REASON} | ({"closes_at": at.isoformat()} if at else {})
    return await client.post(
        f"{API}/sittings/{exam.sitting_id}/closing",
        json=body,
        headers={**headers, "If-Match": f'"{revision}"'},
    )


async def test_it_closes_now_once_nobody_is_writing_and_nobody_begins(
    client: Client, opened: Platform, clock: FrozenClock, examiner: Headers
) -> None:
    exam = await an_exam(opened)
    done, late = [await a_candidate(opened, exam) for _ in range(2)]
    attempt = await begin(client, done, exam)
    said = clock.now() + 180 * MINUTE
    clock.advance(MINUTE)
    await submit(client, done, attempt)
    stored = "SELECT to_jsonb(a) FROM attempt AS a"
    before = await opened.pool.fetchval(stored)
    closed = await close(client, examiner, exam, None)
    assert closed.status_code == 200, closed.text
    assert datetime.fromisoformat(closed.json()["closes_at"]) == clock.now()
    assert closed.json()["revision"] == 2
    assert await opened.pool.fetchval(stored) == before
    assert problem(await start(client, late, exam.sitting_id)) == (409, "sitting_closed")
    assert problem(await close(client, examiner, exam, None, 2)) == (409, "sitting_closed")
    [entry] = await opened.pool.fetch(
        "SELECT reason, before->>'closes_at' AS before, after->>'closes_at' AS after"
        " FROM audit_entry WHERE action = 'sitting.closed-early'"
    )
    assert entry["reason"] == REASON
    assert [datetime.fromisoformat(entry[one]) for one in ("before", "after")] == [
        said,
        clock.now(),
    ]


async def test_nobody_who_is_writing_loses_time(
    client: Client, opened: Platform, clock: FrozenClock, examiner: Headers
) -> None:
    """An hour each; the second began four minutes later, and extra time is counted on top."""
    exam = await an_exam(opened)
    first, second = [await a_candidate(opened, exam) for _ in range(2)]
    began = clock.now()
    attempt = await begin(client, first, exam)
    grants = f"{API}/attempts/{attempt['id']}/grants"
    grant = {"minutes": 30, "reason": "fire alarm"}
    assert (await client.post(grants, json=grant, headers=examiner)).status_code == 201
    clock.advance(4 * MINUTE)
    await begin(client, second, exam)
    deadlines = "SELECT array_agg(deadline_at ORDER BY id) FROM attempt"
    before = await opened.pool.fetchval(deadlines)
    assert before == [began + 90 * MINUTE, began + 64 * MINUTE]
    for at, losing in ((None, 2), (began + 60 * MINUTE, 1)):
        refused = await close(client, examiner, exam, at)
        assert problem(refused) == (409, "attempts_would_lose_time")
        assert refused.json()["attempts"] == losing
        assert datetime.fromisoformat(refused.json()["from"]) == began + 64 * MINUTE
    assert (await close(client, examiner, exam, began + 64 * MINUTE)).status_code == 200
    assert await opened.pool.fetchval(deadlines) == before
    more = await client.post(grants, json=grant, headers=examiner)
    assert datetime.fromisoformat(more.json()["deadline_after"]) == began + 120 * MINUTE


async def test_only_an_open_sitting_closes_and_only_earlier(
    client: Client, opened: Platform, clock: FrozenClock, examiner: Headers
) -> None:
    opens = clock.now() + MINUTE
    exam = await an_exam(opened, sitting={"opens_at": opens})
    assert problem(await close(client, examiner, exam, None)) == (409, "sitting_not_open")
    clock.at = opens
    for at, code in (
        (opens - MINUTE, "past"),
        (None, "order"),
        (opens + 179 * MINUTE, "later"),
    ):
        refused = await close(client, examiner, exam, at)
        faults = [(one["pointer"], one["code"]) for one in refused.json()["errors"]]
        assert (refused.status_code, faults) == (422, [("/closes_at", code)])
    assert problem(await close(client, examiner, exam, None, 7)) == (412, "stale_revision")
    _, trainer = await somebody(opened, Role.TRAINER)
    assert (await close(client, trainer, exam, opens + MINUTE)).status_code == 403
    assert (await close(client, examiner, exam, opens + MINUTE)).status_code == 200
    await opened.pool.execute("UPDATE sitting SET cancelled_at = $1", opens)
    assert problem(await close(client, examiner, exam, None, 2)) == (409, "sitting_cancelled")


async def test_a_start_that_waited_for_the_closing_finds_it_closed(
    client: Client, opened: Platform, clock: FrozenClock
) -> None:
    exam = await an_exam(opened)
    candidate = await a_candidate(opened, exam)
    clock.advance(MINUTE)
    async with opened.works.write(SYSTEM) as work:
        await close_early(work, exam.sitting_id, None, REASON, ExpectedRevision(1))
        await work.session.flush()
        waiting = asyncio.create_task(at_once(start(client, candidate, exam.sitting_id)))
        await in_line(opened, 1)
    [late] = await waiting
    assert problem(late) == (409, "sitting_closed")


async def test_a_closing_waits_for_a_start_under_way_and_sees_it(
    client: Client, opened: Platform, clock: FrozenClock, examiner: Headers
) -> None:
    closes = clock.now() + 30 * MINUTE
    exam = await an_exam(opened, sitting={"closes_at": closes})
    candidate = await a_candidate(opened, exam)
    clock.advance(MINUTE)
    async with opened.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM enrolment FOR UPDATE")
        starting = asyncio.create_task(at_once(start(client, candidate, exam.sitting_id)))
        await in_line(opened, 1)
        closing = asyncio.create_task(at_once(close(client, examiner, exam, None)))
        await in_line(opened, 2)
    [[begun], [refused]] = [await starting, await closing]
    assert begun.status_code == 201
    assert problem(refused) == (409, "attempts_would_lose_time")
    assert datetime.fromisoformat(refused.json()["from"]) == closes
