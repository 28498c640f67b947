"""Sittings over the API: opened, changed before they open, called off, for a list of people."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from lms.app import Platform
from lms.kernel.clock import FrozenClock
from lms.people.grants.roles import Role
from tests.builders.candidates import API, Client
from tests.builders.exams import AnExam, a_candidate, an_exam
from tests.builders.people import somebody

Headers = dict[str, str]
HOUR = timedelta(hours=1)


@pytest.fixture
async def examiner(opened: Platform, client: Client) -> Headers:
    return (await somebody(opened, Role.EXAMINER))[1]


def a_body(opens: datetime, **changes: Any) -> dict[str, Any]:
    times = {"opens_at": opens.isoformat(), "closes_at": (opens + 3 * HOUR).isoformat()}
    return times | {"venue": "Room 4"} | changes


async def create(client: Client, headers: Headers, exam: AnExam, body: dict[str, Any]) -> Any:
    return await client.post(f"{API}/exams/{exam.exam_id}/sittings", json=body, headers=headers)


async def test_a_sitting_is_changed_until_it_opens(
    client: Client, opened: Platform, clock: FrozenClock, examiner: Headers
) -> None:
    exam = await an_exam(opened)
    opens = clock.now() + timedelta(minutes=2)
    made = await create(client, examiner, exam, a_body(opens))
    assert made.status_code == 201, made.text
    url = f"{API}/sittings/{made.json()['id']}"
    moved = await client.put(
        url, json=a_body(opens, venue="Room 5"), headers={**examiner, "If-Match": '"1"'}
    )
    assert (moved.json()["venue"], moved.json()["revision"]) == ("Room 5", 2)
    stale = await client.put(url, json=a_body(opens), headers={**examiner, "If-Match": '"1"'})
    assert stale.status_code == 412
    clock.at = opens
    late = await client.put(url, json=a_body(opens), headers={**examiner, "If-Match": '"2"'})
    assert late.json()["type"] == "/problems/sitting_opened"
    cancelled = await client.post(
        f"{url}/cancellation", json={"reason": "storm"}, headers={**examiner, "If-Match": '"2"'}
    )
    assert cancelled.json()["type"] == "/problems/sitting_opened"


async def test_a_sitting_is_called_off_once(
    client: Client, opened: Platform, clock: FrozenClock, examiner: Headers
) -> None:
    exam = await an_exam(opened)
    made = await create(client, examiner, exam, a_body(clock.now() + HOUR))
    url = f"{API}/sittings/{made.json()['id']}"
    body = {"reason": "typhoon signal 8"}
    first = await client.post(
        f"{url}/cancellation", json=body, headers={**examiner, "If-Match": '"1"'}
    )
    assert first.json()["cancelled_at"] is not None
    again = await client.post(
        f"{url}/cancellation", json=body, headers={**examiner, "If-Match": '"2"'}
    )
    assert again.json()["type"] == "/problems/sitting_cancelled"
    shown = await client.get(url, headers=examiner)
    assert shown.json()["revision"] == 2


async def test_a_sittings_times_make_sense(
    client: Client, opened: Platform, clock: FrozenClock, examiner: Headers
) -> None:
    exam = await an_exam(opened, release="at_time")
    opens = clock.now() + HOUR
    body = a_body(opens, closes_at=opens.isoformat())
    answer = await create(client, examiner, exam, body)
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {"/closes_at", "/release_at"}
    naive = a_body(opens, opens_at="2026-03-02T09:00:00")
    assert (await create(client, examiner, exam, naive)).status_code == 422
    await opened.pool.execute("UPDATE exam_version SET state = 'superseded'")
    unpublished = await create(client, examiner, exam, a_body(opens))
    assert unpublished.json()["type"] == "/problems/exam_not_published"


async def test_learners_see_the_sittings_that_they_may_go_to(
    client: Client, opened: Platform, clock: FrozenClock, examiner: Headers
) -> None:
    exam = await an_exam(opened)
    candidate, other = [await a_candidate(opened, exam) for _ in range(2)]
    body = a_body(clock.now() + HOUR, listed_only=True)
    listed = (await create(client, examiner, exam, body)).json()["id"]
    put = await client.put(
        f"{API}/sittings/{listed}/candidates",
        json={"enrolment_ids": [str(candidate.enrolment_id)]},
        headers=examiner,
    )
    assert put.json() == {"enrolment_ids": [str(candidate.enrolment_id)]}
    seen = []
    for one in (candidate, other):
        rows = (await client.get(f"{API}/me/sittings", headers=one.headers)).json()
        seen.append({row["id"] for row in rows})
    assert seen == [{str(exam.sitting_id), listed}, {str(exam.sitting_id)}]
    read = await client.get(f"{API}/sittings/{listed}/candidates", headers=examiner)
    assert read.json() == put.json()


async def test_candidates_are_enrolled_in_the_exams_version(
    client: Client, opened: Platform, examiner: Headers
) -> None:
    exam = await an_exam(opened)
    elsewhere = await a_candidate(opened, await an_exam(opened, code="OTHER"))
    ids = [str(UUID(int=5)), str(elsewhere.enrolment_id)]
    answer = await client.put(
        f"{API}/sittings/{exam.sitting_id}/candidates",
        json={"enrolment_ids": ids},
        headers=examiner,
    )
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [
        "/enrolment_ids/0",
        "/enrolment_ids/1",
    ]


async def test_staff_follow_a_sitting_and_learners_do_not(
    client: Client, opened: Platform, examiner: Headers
) -> None:
    exam = await an_exam(opened)
    candidate = await a_candidate(opened, exam)
    url = f"{API}/exams/{exam.exam_id}/sittings"
    assert len((await client.get(url, headers=examiner)).json()["items"]) == 1
    for path in (url, f"{API}/sittings/{exam.sitting_id}/attempts"):
        assert (await client.get(path, headers=candidate.headers)).status_code == 403
        assert (await client.get(path, headers=examiner)).status_code == 200
