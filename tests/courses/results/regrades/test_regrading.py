"""A regrade: dry first, then for real by a second person, with the same result or none."""

from uuid import UUID

from courses.papers.queries import pool_of_bank
from courses.results.ticks import close_overdue
from lms.app import Platform
from lms.people.grants.roles import Role
from tests.builders.candidates import API, Client, begin, results, save, sit, submit
from tests.builders.exams import CANARY, SYSTEM, a_candidate, an_exam
from tests.builders.people import signed_in, somebody, with_role
from tests.builders.regrades import Marked, approve, changed_keys, dry_run, propose


async def standings(opened: Platform) -> dict[str, tuple[int, int, bool]]:
    rows = await opened.pool.fetch(
        "SELECT attempt_id, earned_numerator, out_of, passed FROM component_result"
    )
    return {str(row[0]): (row[1], row[2], row[3]) for row in rows}


async def test_for_real_is_what_the_dry_run_said(
    client: Client, opened: Platform, marked: Marked
) -> None:
    exam, _, proposer, decider = marked
    keys = await changed_keys(opened, {"effect": "given", "points": 3})
    before = await standings(opened)
    dry = await dry_run(client, exam, proposer, keys)
    assert dry["changes"]
    assert await standings(opened) == before
    proposed = await propose(client, exam, proposer, keys, dry["digest"])
    assert proposed.status_code == 201, proposed.text
    assert await standings(opened) == before
    url = f"{API}/regrades/{proposed.json()['id']}"
    seen = (await client.get(url, headers=decider)).json()
    assert seen["changes"] == dry["changes"]
    assert [key["points"] for key in seen["key_changes"]] == [3]
    own = await approve(client, proposer, proposed.json()["proposal_id"])
    assert own.json()["type"] == "/problems/second_person_needed"
    approved = await approve(client, decider, proposed.json()["proposal_id"])
    assert approved.status_code == 200, approved.text
    after = await standings(opened)
    told = {
        change["attempt_id"]: (
            int(change["after"]["earned"]),
            change["after"]["out_of"],
            change["after"]["passed"],
        )
        for change in dry["changes"]
    }
    assert after == before | told
    again = await dry_run(client, exam, proposer, keys)
    assert again["changes"] == []
    news = await opened.pool.fetch(
        "SELECT e.person_id::text FROM event JOIN enrolment e"
        " ON e.id::text = payload->>'enrolment_id' WHERE type = 'courses.results-changed.v1'"
    )
    assert sorted(row[0] for row in news) == sorted(one["person_id"] for one in dry["changes"])
    causes = await opened.pool.fetch(
        "SELECT cause, count(*) FROM grading GROUP BY cause ORDER BY cause"
    )
    assert [tuple(row) for row in causes] == [("regrade", len(told)), ("submission", 3)]


async def test_whose_result_would_change_does_not_approve(
    client: Client, opened: Platform, marked: Marked
) -> None:
    exam, _, proposer, decider = marked
    keys = await changed_keys(opened, {"effect": "given", "points": 3})
    dry = await dry_run(client, exam, proposer, keys)
    touched = UUID(dry["changes"][0]["person_id"])
    await with_role(opened, touched, Role.ADMIN)
    proposed = (await propose(client, exam, proposer, keys, dry["digest"])).json()["proposal_id"]
    before = await standings(opened)
    own = await approve(client, await signed_in(opened, touched), proposed)
    assert own.json()["type"] == "/problems/second_person_needed"
    assert await standings(opened) == before
    assert (await approve(client, decider, proposed)).status_code == 200
    assert await standings(opened) != before


async def test_a_fail_that_becomes_a_pass_and_a_pass_that_becomes_none_are_said(
    client: Client, opened: Platform, marked: Marked
) -> None:
    exam, candidates, proposer, decider = marked
    keys = await changed_keys(opened, {"key": {"correct": "x"}, "points": 9})
    dry = await dry_run(client, exam, proposer, keys)
    flips = [c for c in dry["changes"] if c["before"]["passed"] and not c["after"]["passed"]]
    assert flips
    told = await opened.pool.fetch("SELECT DISTINCT cef_mark_percent FROM course_result")
    await opened.pool.execute("UPDATE course_version SET cef_mark_percent = 99")
    proposed = await propose(client, exam, proposer, keys, dry["digest"])
    assert (await approve(client, decider, proposed.json()["proposal_id"])).status_code == 200
    verdicts = "SELECT DISTINCT cef_mark_percent FROM course_result"
    assert await opened.pool.fetch(verdicts) == told != [(99,)]
    withdrawn = await opened.pool.fetch(
        "SELECT payload->>'person_id' AS person FROM event"
        " WHERE type = 'courses.course-result-withdrawn.v1'"
    )
    assert {row["person"] for row in withdrawn} == {flip["person_id"] for flip in flips}
    for candidate in candidates:
        [verdict] = (await results(client, candidate))["courses"]
        passed = {row["person_id"]: row["after"]["passed"] for row in dry["changes"]}
        if str(candidate.person_id) in passed:
            assert verdict["passed"] is passed[str(candidate.person_id)]
    states = await opened.pool.fetch("SELECT person_id::text AS person, state FROM enrolment")
    reopened = {row["person"] for row in states if row["state"] == "confirmed"}
    assert {flip["person_id"] for flip in flips} <= reopened
    for candidate in candidates:
        if str(candidate.person_id) in reopened:
            await begin(client, candidate, exam)


async def test_a_result_that_came_in_after_the_dry_run_stops_the_regrade(
    client: Client, opened: Platform, marked: Marked
) -> None:
    exam, _, proposer, decider = marked
    keys = await changed_keys(opened, {"effect": "excluded"})
    dry = await dry_run(client, exam, proposer, keys)
    proposed = await propose(client, exam, proposer, keys, dry["digest"])
    await sit(client, await a_candidate(opened, exam), exam, rights=3)
    before = await standings(opened)
    refused = await approve(client, decider, proposed.json()["proposal_id"])
    assert refused.json()["type"] == "/problems/regrade_changed"
    assert await standings(opened) == before
    assert await opened.pool.fetchval("SELECT max(number) FROM question_key") == 1
    stale = await propose(client, exam, proposer, keys, "0" * 64)
    assert stale.json()["type"] == "/problems/regrade_changed"


async def test_a_dropped_question_is_not_drawn_again_and_counts_in_no_open_attempt(
    client: Client, opened: Platform, marked: Marked
) -> None:
    exam, _, proposer, decider = marked
    await opened.pool.execute("UPDATE exam_pool_entry SET withdrawn_at = NULL")
    late = await a_candidate(opened, exam)
    running = await begin(client, late, exam)
    version_id = await opened.pool.fetchval(
        "SELECT question_version_id FROM attempt_item WHERE attempt_id = $1::uuid AND position = 2",
        running["id"],
    )
    keys = [{"question_version_id": str(version_id), "effect": "excluded"}]
    dry = await dry_run(client, exam, proposer, keys)
    proposed = await propose(client, exam, proposer, keys, dry["digest"])
    assert (await approve(client, decider, proposed.json()["proposal_id"])).status_code == 200
    await save(client, late, running, 1, None)
    await submit(client, late, running)
    row = await opened.pool.fetchval(
        "SELECT out_of FROM component_result WHERE attempt_id = $1::uuid", running["id"]
    )
    assert row == 3
    for _ in range(5):
        attempt = await begin(client, await a_candidate(opened, exam), exam)
        drawn = await opened.pool.fetch(
            "SELECT question_version_id FROM attempt_item WHERE attempt_id = $1::uuid",
            attempt["id"],
        )
        assert version_id not in {item[0] for item in drawn}
    async with opened.works.read(SYSTEM) as work:
        pool = await pool_of_bank(work.session, exam.bank_id, ["one"])
    assert pool["one"]
    assert version_id not in pool["one"]


async def test_key_changes_are_checked_all_at_once(
    client: Client, opened: Platform, marked: Marked
) -> None:
    exam, _, proposer, _ = marked
    [known] = await changed_keys(opened, {"key": {"correct": "no such"}})
    unknown = {"question_version_id": str(exam.exam_id), "effect": "given"}
    answer = await client.post(
        f"{API}/exams/{exam.exam_id}/regrades/dry-run",
        json={"key_changes": [known, unknown]},
        headers=proposer,
    )
    assert answer.status_code == 422
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {
        "/key_changes/0/key/correct",
        "/key_changes/1/question_version_id",
    }


async def test_no_attempt_is_left_without_a_question_that_counts(
    client: Client, opened: Platform
) -> None:
    exam = await an_exam(opened, count=1)
    _, admin = await somebody(opened, Role.ADMIN)
    await begin(client, await a_candidate(opened, exam), exam)
    served = "SELECT question_version_id FROM attempt_item"
    question = {"question_version_id": str(await opened.pool.fetchval(served))}
    url = f"{API}/exams/{exam.exam_id}/regrades/dry-run"
    for _ in ("running", "sealed"):
        body = {"key_changes": [question | {"effect": "excluded"}]}
        answer = await client.post(url, json=body, headers=admin)
        [fault] = answer.json()["errors"]
        assert (answer.status_code, fault["pointer"]) == (422, "/key_changes")
        await opened.pool.execute("UPDATE attempt SET deadline_at = started_at")
        await close_overdue(opened.works)
    assert await opened.pool.fetchval("SELECT count(*) FROM component_result") == 1
    given = await dry_run(client, exam, admin, [question | {"effect": "given"}])
    assert len(given["changes"]) == 1


async def test_only_admins_regrade_and_no_proposal_carries_a_key(
    client: Client, opened: Platform, marked: Marked
) -> None:
    exam, candidates, proposer, _ = marked
    keys = await changed_keys(opened, {"effect": "given"})
    url = f"{API}/exams/{exam.exam_id}/regrades/dry-run"
    for headers in (candidates[0].headers, (await somebody(opened, Role.TRAINER))[1]):
        refused = await client.post(url, json={"key_changes": keys}, headers=headers)
        assert refused.status_code == 403
    dry = await dry_run(client, exam, proposer, keys)
    await propose(client, exam, proposer, keys, dry["digest"])
    trails = await opened.pool.fetch(
        "SELECT payload::text FROM proposal UNION ALL SELECT after::text FROM audit_entry"
    )
    assert not [row[0] for row in trails if row[0] and CANARY in row[0]]
