"""An attempt from its start to its result, over the API on real PostgreSQL."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import structlog

from courses.papers.arrangement import Share, draw, option_order
from courses.questions.kinds.registry import KINDS
from lms.app import Platform
from lms.people.grants.roles import Role
from lms.settings import Settings
from lms.web.logs import configure_logs
from tests.builders.candidates import API, Client, begin, read, results, right, save, sit, submit
from tests.builders.exams import CANARY, a_candidate, a_file, an_exam
from tests.builders.people import somebody


async def test_a_learner_sits_an_exam_and_passes(client: Client, opened: Platform) -> None:
    exam = await an_exam(opened)
    candidate = await a_candidate(opened, exam)
    await sit(client, candidate, exam, rights=4)
    found = await results(client, candidate)
    [component], [course] = found["components"], found["courses"]
    assert (component["points"], component["out_of"], component["passed"]) == ("4", 4, True)
    assert (course["passed"], course["percent"], course["course_code"]) == (True, "100.00", "TEST")


async def test_a_pass_says_so_to_the_floors_above_once(client: Client, opened: Platform) -> None:
    exam = await an_exam(opened)
    passes, fails = [await a_candidate(opened, exam) for _ in range(2)]
    attempt = await sit(client, passes, exam, rights=2)
    await submit(client, passes, attempt)
    await sit(client, fails, exam, rights=1)
    rows = await opened.pool.fetch(
        "SELECT payload->>'person_id' AS person, payload->>'passed_on' AS day FROM event "
        "WHERE type = 'courses.course-passed.v1'"
    )
    assert [tuple(row) for row in rows] == [(str(passes.person_id), "2026-03-02")]
    states = await opened.pool.fetch("SELECT id, state FROM enrolment")
    assert {row["id"]: row["state"] for row in states} == {
        passes.enrolment_id: "completed",
        fails.enrolment_id: "confirmed",
    }


async def test_the_paper_stays_in_its_order_and_ends_with_the_attempt(
    client: Client, opened: Platform
) -> None:
    exam = await an_exam(opened)
    candidate = await a_candidate(opened, exam)
    attempt = await begin(client, candidate, exam)
    again = (await read(client, candidate, attempt)).json()
    assert again["items"] == attempt["items"]
    assert [item["position"] for item in again["items"]] == [1, 2, 3, 4]
    chosen = right(attempt["items"][0])
    await save(client, candidate, attempt, 1, chosen)
    await submit(client, candidate, attempt)
    sealed = (await read(client, candidate, attempt)).json()
    assert sealed["state"] == "sealed"
    assert {item["stem"] for item in sealed["items"]} == {None}
    assert {item["body"] for item in sealed["items"]} == {None}
    assert (sealed["items"][0]["answer"], sealed["items"][0]["revision"]) == (chosen, 1)


async def test_a_paper_is_rebuilt_from_the_stored_seed_alone(
    client: Client, opened: Platform
) -> None:
    exam = await an_exam(opened)
    attempt = await begin(client, await a_candidate(opened, exam), exam)
    seed = await opened.pool.fetchval("SELECT seed FROM attempt")
    rows = await opened.pool.fetch("SELECT id, stem::text, body::text FROM question_version")
    pool = {"one": [row["id"] for row in rows]}
    versions = {row["id"]: row for row in rows}
    rebuilt = []
    for position, version_id in enumerate(draw(seed, [Share("one", 4)], pool), start=1):
        body = json.loads(versions[version_id]["body"])
        candidate = KINDS["single_choice"].candidate(body, version_id.bytes)
        stem = json.loads(versions[version_id]["stem"])
        rebuilt.append((stem, candidate.shown(option_order(seed, position))))
    assert [(item["stem"], item["body"]) for item in attempt["items"]] == rebuilt


async def test_two_candidates_get_papers_of_their_own(client: Client, opened: Platform) -> None:
    exam = await an_exam(opened, count=10)
    stems = []
    for _ in range(2):
        attempt = await begin(client, await a_candidate(opened, exam), exam)
        stems.append([item["stem"]["en"] for item in attempt["items"]])
    assert stems[0] != stems[1]
    assert all(len(set(paper)) == 10 for paper in stems)


async def test_no_learner_ever_sees_a_key_an_explanation_or_an_authors_id(
    client: Client, opened: Platform
) -> None:
    exam = await an_exam(opened)
    candidate = await a_candidate(opened, exam)
    attempt = await begin(client, candidate, exam)
    answers = (right(attempt["items"][0]), "nothing such", CANARY, None, {"correct": 1})
    saves = [await save(client, candidate, attempt, 1, answer) for answer in answers]
    seen = [str(attempt), *(one.text for one in saves)]
    seen.append((await read(client, candidate, attempt)).text)
    seen.append((await submit(client, candidate, attempt)).text)
    seen.append((await read(client, candidate, attempt)).text)
    for path in ("me/results", "me/attempts", "me/sittings", "question-banks", "exams"):
        answered = await client.get(f"/api/v1/{path}", headers=candidate.headers)
        seen.append(answered.text)
    for path in (f"attempts/{attempt['id']}/record", f"sittings/{exam.sitting_id}/results"):
        answered = await client.get(f"/api/v1/{path}", headers=candidate.headers)
        assert answered.status_code == 403
        seen.append(answered.text)
    assert not [text for text in seen if CANARY in text]
    assert not [text for text in seen if "points" in text and "percent" not in text]


@contextmanager
def logs_as_a_server_writes_them(chosen: Settings) -> Iterator[None]:
    before = structlog.get_config()
    configure_logs(chosen.model_copy(update={"log_json": True, "log_level": "DEBUG"}))
    try:
        yield
    finally:
        structlog.configure(**before)


async def test_no_log_tells_a_key_whatever_goes_wrong(
    client: Client, opened: Platform, chosen: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with logs_as_a_server_writes_them(chosen):
        await go_wrong(client, opened)
    said = capsys.readouterr().err
    assert "marking failed" in said
    assert "uq_question_version_question_id" in said
    assert CANARY not in said


async def go_wrong(client: Client, opened: Platform) -> None:
    """An attempt whose marking fails, and an import that the database refuses."""
    exam = await an_exam(opened)
    candidate = await a_candidate(opened, exam)
    attempt = await begin(client, candidate, exam)
    await save(client, candidate, attempt, 1, right(attempt["items"][0]))
    await save(client, candidate, attempt, 2, CANARY)
    await opened.pool.execute(
        "INSERT INTO grading (id, attempt_id, number, cause, earned_numerator,"
        " earned_denominator, out_of, passed, items, made_at)"
        " SELECT id, id, 1, 'submission', 0, 1, 1, false, '[]', now() FROM attempt"
    )
    assert (await submit(client, candidate, attempt)).status_code == 200
    await opened.pool.execute(
        "INSERT INTO question_version (id, question_id, number, kind, stem, body, digest, made_at)"
        " SELECT gen_random_uuid(), id, 2, 'single_choice', '{}', '{}', '', now() FROM question"
    )
    changed = a_file(1)
    changed["questions"][0]["stem"] = {"en": "otherwise"}
    url = f"{API}/question-banks/{exam.bank_id}/imports"
    _, admin = await somebody(opened, Role.ADMIN)
    assert (await client.post(url, json=changed, headers=admin)).status_code == 500
