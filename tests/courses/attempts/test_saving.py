"""Saving answers: what is acknowledged is kept, and nothing else is."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from lms.app import Platform
from lms.kernel.clock import FrozenClock
from tests.builders.candidates import Client, begin, read, right, save, submit, wrong
from tests.builders.exams import ACandidate, AnExam, a_candidate, an_exam
from tests.builders.queueing import at_once


@pytest.fixture
async def sitting(client: Client, opened: Platform) -> tuple[ACandidate, AnExam, dict[str, Any]]:
    exam = await an_exam(opened)
    candidate = await a_candidate(opened, exam)
    return candidate, exam, await begin(client, candidate, exam)


Sitting = tuple[ACandidate, AnExam, dict[str, Any]]


async def test_a_repeat_of_the_same_save_is_the_same_success(
    client: Client, sitting: Sitting
) -> None:
    candidate, _, attempt = sitting
    chosen = right(attempt["items"][0])
    first = await save(client, candidate, attempt, 1, chosen)
    again = await save(client, candidate, attempt, 1, chosen)
    assert first.json() == {"revision": 1, "repeated": False}
    assert (again.status_code, again.json()) == (200, {"revision": 1, "repeated": True})


async def test_a_stale_tab_is_told_what_is_stored_and_overwrites_nothing(
    client: Client, sitting: Sitting
) -> None:
    candidate, _, attempt = sitting
    kept, other = right(attempt["items"][0]), wrong(attempt["items"][0])
    await save(client, candidate, attempt, 1, kept)
    stale = await save(client, candidate, attempt, 1, other)
    assert stale.status_code == 409
    assert stale.json()["type"] == "/problems/answer_stale"
    assert stale.json()["stored"] == {"answer": kept, "revision": 1}
    state = (await read(client, candidate, attempt)).json()
    assert (state["items"][0]["answer"], state["items"][0]["revision"]) == (kept, 1)


async def test_an_answer_is_changed_and_taken_back_by_its_revision(
    client: Client, opened: Platform, sitting: Sitting
) -> None:
    candidate, _, attempt = sitting
    item = attempt["items"][0]
    for revision, answer in enumerate([wrong(item), right(item), None]):
        saved = await save(client, candidate, attempt, 1, answer, revision)
        assert saved.json()["revision"] == revision + 1
    lines = await opened.pool.fetch(
        "SELECT kind, position, revision, answer::text FROM attempt_log ORDER BY id"
    )
    assert [(row["kind"], row["revision"]) for row in lines] == [
        ("started", None),
        ("saved", 1),
        ("saved", 2),
        ("saved", 3),
    ]
    assert lines[-1]["answer"] is None


async def test_a_sealed_attempt_takes_no_answer_but_still_owns_to_a_saved_one(
    client: Client, sitting: Sitting
) -> None:
    candidate, _, attempt = sitting
    chosen = right(attempt["items"][0])
    await save(client, candidate, attempt, 1, chosen)
    await submit(client, candidate, attempt)
    late = await save(client, candidate, attempt, 2, right(attempt["items"][1]))
    assert (late.status_code, late.json()["type"]) == (409, "/problems/attempt_sealed")
    again = await save(client, candidate, attempt, 1, chosen)
    assert (again.status_code, again.json()["repeated"]) == (200, True)


async def test_the_deadline_is_the_servers_to_the_instant(
    client: Client, opened: Platform, clock: FrozenClock
) -> None:
    exam = await an_exam(opened, time_limit_minutes=3)
    candidate = await a_candidate(opened, exam)
    attempt = await begin(client, candidate, exam)
    clock.advance(timedelta(minutes=3) - timedelta(microseconds=1))
    saved = await save(client, candidate, attempt, 1, right(attempt["items"][0]))
    assert saved.status_code == 200
    clock.advance(timedelta(microseconds=1))
    late = await save(client, candidate, attempt, 2, right(attempt["items"][1]))
    assert (late.status_code, late.json()["type"]) == (409, "/problems/attempt_over")
    assert (await read(client, candidate, attempt)).json()["state"] == "sealed"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE person SET state = 'disabled' WHERE id = $1",
        "UPDATE person SET epoch = epoch + 1 WHERE id = $1",
        "UPDATE login_session SET ended_at = now(), ended_because = 'revoked' WHERE person_id = $1",
    ],
)
async def test_whoever_is_disabled_or_signed_out_saves_reads_and_submits_nothing_from_then_on(
    client: Client, opened: Platform, sitting: Sitting, statement: str
) -> None:
    candidate, exam, attempt = sitting
    chosen = right(attempt["items"][0])
    await opened.pool.execute(statement, candidate.person_id)
    answers = [
        await save(client, candidate, attempt, 1, chosen),
        await read(client, candidate, attempt),
        await submit(client, candidate, attempt),
        await client.post(
            "/api/v1/attempts",
            json={"sitting_id": str(exam.sitting_id)},
            headers=candidate.headers,
        ),
    ]
    assert [answer.status_code for answer in answers] == [401] * 4
    assert await opened.pool.fetchval("SELECT sum(revision) FROM attempt_item") == 0


async def test_another_persons_attempt_does_not_exist(
    client: Client, opened: Platform, sitting: Sitting
) -> None:
    _, exam, attempt = sitting
    other = await a_candidate(opened, exam)
    nothing = {"id": "01900000-0000-7000-8000-00000000dead"}
    for theirs, missing in [
        (await read(client, other, attempt), await read(client, other, nothing)),
        (await save(client, other, attempt, 1, "x"), await save(client, other, nothing, 1, "x")),
        (await submit(client, other, attempt), await submit(client, other, nothing)),
    ]:
        assert theirs.status_code == missing.status_code == 404
        assert theirs.content == missing.content


async def test_what_cannot_be_an_answer_is_refused_with_pointers(
    client: Client, sitting: Sitting
) -> None:
    candidate, _, attempt = sitting
    wrongly = await save(client, candidate, attempt, 1, "no such option")
    assert wrongly.status_code == 422
    assert [fault["pointer"] for fault in wrongly.json()["errors"]] == ["/answer"]
    assert (await save(client, candidate, attempt, 99, "x")).status_code == 404
    url = f"/api/v1/attempts/{attempt['id']}/answers/1"
    for body in ({"answer": "x"}, {"answer": "x", "revision": 0, "score": 9}, {"revision": -1}, 7):
        refused = await client.put(url, json=body, headers=candidate.headers)
        assert refused.status_code in {400, 422}, body


async def test_of_two_tabs_with_the_same_revision_one_wins(
    client: Client, sitting: Sitting
) -> None:
    candidate, _, attempt = sitting
    options = [one["id"] for one in attempt["items"][0]["body"]["options"]]
    for revision in range(10):
        answers = await at_once(
            *(save(client, candidate, attempt, 1, one, revision) for one in options)
        )
        codes = Counter(answer.status_code for answer in answers)
        assert codes == {200: 1, 409: 3}
        [won] = [one for one, answer in zip(options, answers, strict=True) if answer.is_success]
        state = (await read(client, candidate, attempt)).json()["items"][0]
        assert (state["answer"], state["revision"]) == (won, revision + 1)


async def test_no_acknowledged_answer_is_lost_when_saves_race_the_submission(
    client: Client, opened: Platform
) -> None:
    exam = await an_exam(opened, count=6)
    for _ in range(15):
        candidate = await a_candidate(opened, exam)
        attempt = await begin(client, candidate, exam)
        saves = [
            save(client, candidate, attempt, item["position"], right(item))
            for item in attempt["items"]
        ]
        calls = [*saves[:3], submit(client, candidate, attempt), *saves[3:]]
        answers = await at_once(*calls)
        sealed = answers.pop(3)
        assert sealed.status_code == 200
        assert {answer.status_code for answer in answers} <= {200, 409}
        acknowledged = sum(answer.status_code == 200 for answer in answers)
        row = await opened.pool.fetchrow(
            "SELECT (SELECT count(*) FROM attempt_item i WHERE i.attempt_id = a.id"
            " AND i.answer IS NOT NULL) AS kept, r.earned_numerator AS earned"
            " FROM attempt a JOIN component_result r ON r.attempt_id = a.id WHERE a.id = $1::uuid",
            attempt["id"],
        )
        assert (row["kept"], row["earned"]) == (acknowledged, acknowledged)
