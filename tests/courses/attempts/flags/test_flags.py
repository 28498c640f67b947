"""Flags on attempts: raised, shown to staff, settled; score, grading and release never move."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from courses.results.ticks import release_when_due
from lms.app import Platform
from lms.kernel.clock import FrozenClock
from lms.people.grants.roles import Role
from tests.builders.candidates import API, Client, begin, problem, read, results, sit, submit
from tests.builders.exams import a_candidate, an_exam
from tests.builders.people import somebody, with_role
from tests.builders.queueing import at_once, in_line

Headers = dict[str, str]
DOUBT = "spoke to somebody at 10:20"


async def flag(client: Client, headers: Headers, attempt: dict[str, Any], **changes: Any) -> Any:
    body = {"kind": "invigilation", "reason": DOUBT} | changes
    return await client.post(f"{API}/attempts/{attempt['id']}/flags", json=body, headers=headers)


async def settle(client: Client, headers: Headers, flag_id: str) -> Any:
    body = {"resolution": "asked for a pencil"}
    return await client.post(
        f"{API}/attempt-flags/{flag_id}/settlement", json=body, headers=headers
    )


async def test_a_flag_is_seen_by_staff_and_settled_once(client: Client, opened: Platform) -> None:
    exam = await an_exam(opened)
    admin_id, admin = await somebody(opened, Role.ADMIN)
    examiner_id, examiner = await somebody(opened, Role.EXAMINER)
    first, other = [await begin(client, await a_candidate(opened, exam), exam) for _ in range(2)]
    raised = await flag(client, examiner, first)
    assert raised.status_code == 201, raised.text
    shown = raised.json()
    assert (shown["state"], shown["raised_by"]) == ("open", str(examiner_id))
    assert (await flag(client, admin, first, kind="monitoring")).status_code == 201
    settled = await settle(client, admin, shown["id"])
    assert settled.status_code == 200, settled.text
    after = {"state": "settled", "resolution": "asked for a pencil", "settled_by": str(admin_id)}
    assert settled.json() == shown | after | {"settled_at": settled.json()["settled_at"]}
    assert problem(await settle(client, examiner, shown["id"])) == (409, "flag_settled")
    record = (await client.get(f"{API}/attempts/{first['id']}/record", headers=examiner)).json()
    assert [one["kind"] for one in record["flags"]] == ["invigilation", "monitoring"]
    assert record["flags"][0] == settled.json()
    url = f"{API}/sittings/{exam.sitting_id}/attempts"
    rows = (await client.get(url, headers=examiner)).json()["items"]
    counts = [(row["id"], row["flags"], row["open_flags"]) for row in rows]
    assert counts == [(first["id"], 2, 1), (other["id"], 0, 0)]
    trail = await opened.pool.fetch(
        "SELECT action, actor_id, subject_id, reason, after->>'flag_id' FROM audit_entry"
        " WHERE action LIKE 'attempt.flag%' ORDER BY id"
    )
    assert tuple(trail[0]) == (
        "attempt.flagged",
        examiner_id,
        UUID(first["id"]),
        DOUBT,
        shown["id"],
    )
    assert tuple(trail[2])[:2] == ("attempt.flag-settled", admin_id)
    assert len(trail) == 3


async def test_flags_are_listed_by_state_and_sitting_a_page_at_a_time(
    client: Client, opened: Platform
) -> None:
    _, examiner = await somebody(opened, Role.EXAMINER)
    ids = []
    for code in ("TEST", "OTHER"):
        exam = await an_exam(opened, code=code)
        attempt = await begin(client, await a_candidate(opened, exam), exam)
        ids += [(await flag(client, examiner, attempt)).json()["id"] for _ in range(2)]
    await settle(client, examiner, ids[0])

    async def listed(query: str) -> tuple[list[int], str | None]:
        answer = await client.get(f"{API}/attempt-flags?{query}", headers=examiner)
        page = answer.json()
        return [ids.index(row["id"]) for row in page["items"]], page["next_cursor"]

    found, cursor = await listed("limit=3")
    assert found == [3, 2, 1]
    assert await listed(f"limit=3&cursor={cursor}") == ([0], None)
    assert await listed("state=open") == ([3, 2, 1], None)
    assert await listed("state=settled") == ([0], None)
    assert await listed(f"sitting_id={exam.sitting_id}") == ([3, 2], None)


async def test_no_flag_ever_changes_a_score_or_a_release(
    client: Client, opened: Platform, clock: FrozenClock
) -> None:
    """Two candidates answer alike; one is flagged, which is settled after the release."""
    exam = await an_exam(opened, release="by_admin")
    _, examiner = await somebody(opened, Role.EXAMINER)
    _, admin = await somebody(opened, Role.ADMIN)
    flagged, other = [await a_candidate(opened, exam) for _ in range(2)]
    attempts = [await sit(client, one, exam, rights=3) for one in (flagged, other)]
    stored = "SELECT to_jsonb(x) FROM {} AS x ORDER BY x.attempt_id"

    async def everything() -> list[Any]:
        rows = [await opened.pool.fetch(stored.format(t)) for t in ("grading", "component_result")]
        kept = await opened.pool.fetch("SELECT to_jsonb(a) FROM attempt AS a ORDER BY id")
        logged = await opened.pool.fetchval("SELECT count(*) FROM attempt_log")
        return [*rows, kept, logged]

    before = await everything()
    raised = await flag(client, examiner, attempts[0])
    assert raised.status_code == 201
    assert await everything() == before
    await release_when_due(opened.works)
    assert await everything() == before
    released = await client.post(
        f"{API}/sittings/{exam.sitting_id}/release", json={"reason": "checked"}, headers=admin
    )
    assert released.json() == {"released": 2}, "an open flag holds nothing back"
    held = await everything()
    assert (await settle(client, examiner, raised.json()["id"])).status_code == 200
    assert await everything() == held
    verdicts = [(await results(client, one))["courses"][0] for one in (flagged, other)]
    told = [(one["percent"], one["passed"], one["released_at"]) for one in verdicts]
    assert told[0] == told[1]
    assert told[0][:2] == ("75.00", True)


async def test_a_flag_neither_waits_for_a_save_nor_ends_an_attempt(
    client: Client, opened: Platform
) -> None:
    exam = await an_exam(opened)
    _, examiner = await somebody(opened, Role.EXAMINER)
    candidate = await a_candidate(opened, exam)
    attempt = await begin(client, candidate, exam)
    async with opened.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM attempt FOR NO KEY UPDATE")
        assert (await flag(client, examiner, attempt)).status_code == 201
    assert (await submit(client, candidate, attempt)).status_code == 200


async def test_a_candidate_sees_no_flag(client: Client, opened: Platform) -> None:
    exam = await an_exam(opened)
    _, examiner = await somebody(opened, Role.EXAMINER)
    candidate = await a_candidate(opened, exam)
    attempt = await begin(client, candidate, exam)
    before = [(await read(client, candidate, attempt)).json()]
    lines = [(await client.get(f"{API}/me/attempts", headers=candidate.headers)).json()]
    await flag(client, examiner, attempt)
    assert [(await read(client, candidate, attempt)).json()] == before
    assert [(await client.get(f"{API}/me/attempts", headers=candidate.headers)).json()] == lines
    refused = [
        await flag(client, candidate.headers, attempt),
        await client.get(f"{API}/attempt-flags", headers=candidate.headers),
    ]
    assert [problem(answer) for answer in refused] == [(403, "forbidden")] * 2


async def test_staff_who_sit_an_exam_see_no_flag_on_their_own_attempt(
    client: Client, opened: Platform
) -> None:
    exam = await an_exam(opened)
    _, examiner = await somebody(opened, Role.EXAMINER)
    own, other = [await a_candidate(opened, exam) for _ in range(2)]
    await with_role(opened, own.person_id, Role.TRAINER)
    attempts = [await begin(client, one, exam) for one in (own, other)]
    for attempt in attempts:
        assert (await flag(client, examiner, attempt)).status_code == 201
    seen = (await client.get(f"{API}/attempt-flags", headers=own.headers)).json()["items"]
    assert [row["person_id"] for row in seen] == [str(other.person_id)]
    url = f"{API}/sittings/{exam.sitting_id}/attempts"
    rows = (await client.get(url, headers=own.headers)).json()["items"]
    assert [row["flags"] for row in rows] == [0, 1]
    records = [f"{API}/attempts/{attempt['id']}/record" for attempt in attempts]
    read_by_own = [(await client.get(path, headers=own.headers)).status_code for path in records]
    assert read_by_own == [403, 403]
    await opened.pool.execute(
        "UPDATE enrolment SET state = 'completed', completed_at = now() WHERE id = $1",
        own.enrolment_id,
    )
    read_by_own = [(await client.get(path, headers=own.headers)).status_code for path in records]
    assert read_by_own == [403, 200]


async def test_what_is_no_flag_is_refused_and_nothing_is_written(
    client: Client, opened: Platform
) -> None:
    exam = await an_exam(opened)
    _, examiner = await somebody(opened, Role.EXAMINER)
    attempt = await begin(client, await a_candidate(opened, exam), exam)
    bad = await flag(client, examiner, attempt, kind="rumour", reason="  ", score=0)
    pointers = {fault["pointer"] for fault in bad.json()["errors"]}
    assert (bad.status_code, pointers) == (422, {"/kind", "/reason", "/score"})
    nowhere = str(UUID(int=5))
    assert (await flag(client, examiner, {"id": nowhere})).status_code == 404
    assert (await settle(client, examiner, nowhere)).status_code == 404
    assert await opened.pool.fetchval("SELECT count(*) FROM attempt_flag") == 0


async def test_of_two_who_settle_at_once_the_second_is_told_so(
    client: Client, opened: Platform
) -> None:
    exam = await an_exam(opened)
    _, examiner = await somebody(opened, Role.EXAMINER)
    attempt = await begin(client, await a_candidate(opened, exam), exam)
    flag_id = (await flag(client, examiner, attempt)).json()["id"]
    calls = [settle(client, examiner, flag_id) for _ in range(2)]
    async with opened.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM attempt_flag FOR UPDATE")
        waiting = asyncio.create_task(at_once(*calls))
        await in_line(opened, 2)
    done, late = sorted(await waiting, key=lambda answer: int(answer.status_code))
    assert done.status_code == 200
    assert problem(late) == (409, "flag_settled")


async def test_nobody_flags_or_settles_their_own_attempt(client: Client, opened: Platform) -> None:
    exam = await an_exam(opened)
    _, examiner = await somebody(opened, Role.EXAMINER)
    candidate = await a_candidate(opened, exam)
    attempt = await begin(client, candidate, exam)
    flag_id = (await flag(client, examiner, attempt)).json()["id"]
    await with_role(opened, candidate.person_id, Role.EXAMINER)
    for answer in (
        await flag(client, candidate.headers, attempt),
        await settle(client, candidate.headers, flag_id),
    ):
        assert problem(answer) == (409, "second_person_needed")


async def test_flags_are_not_changed_afterwards(client: Client, opened: Platform) -> None:
    exam = await an_exam(opened)
    _, examiner = await somebody(opened, Role.EXAMINER)
    attempt = await begin(client, await a_candidate(opened, exam), exam)
    await settle(client, examiner, (await flag(client, examiner, attempt)).json()["id"])
    for change in (
        "DELETE FROM attempt_flag_settlement",
        "UPDATE attempt_flag_settlement SET resolution = 'nothing'",
        "DELETE FROM attempt_flag",
        "UPDATE attempt_flag SET reason = 'nothing'",
    ):
        with pytest.raises(asyncpg.RestrictViolationError, match="are never changed"):
            await opened.pool.execute(change)
