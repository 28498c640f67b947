"""Markings and other regrades beside a regrade: seen by it, or after it, never past it."""

import asyncio

from lms.app import Platform
from lms.people.grants.roles import Role
from tests.builders.candidates import Client, begin, sit, submit
from tests.builders.exams import (
    SYSTEM,
    AnExam,
    a_bank,
    a_candidate,
    a_course,
    a_published_exam,
    a_sitting,
)
from tests.builders.people import somebody
from tests.builders.queueing import at_once, in_line
from tests.builders.regrades import Marked, approve, changed_keys, dry_run, propose


async def test_a_marking_under_way_is_seen_by_the_regrade_beside_it(
    client: Client, opened: Platform, marked: Marked
) -> None:
    exam, _, proposer, decider = marked
    late = await a_candidate(opened, exam)
    running = await begin(client, late, exam)
    keys = await changed_keys(opened, {"effect": "given"})
    dry = await dry_run(client, exam, proposer, keys)
    proposed = (await propose(client, exam, proposer, keys, dry["digest"])).json()
    async with opened.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM component FOR UPDATE")
        marking = asyncio.create_task(at_once(submit(client, late, running)))
        await in_line(opened, 1)
        approving = asyncio.create_task(at_once(approve(client, decider, proposed["proposal_id"])))
        await in_line(opened, 2)
    [submitted], [refused] = await marking, await approving
    assert submitted.status_code == 200
    assert refused.json()["type"] == "/problems/regrade_changed"
    assert await opened.pool.fetchval("SELECT max(number) FROM question_key") == 1
    again = await dry_run(client, exam, proposer, keys)
    assert running["id"] in {change["attempt_id"] for change in again["changes"]}


async def test_a_marking_beside_a_regrade_waits_for_the_new_key(
    client: Client, opened: Platform, marked: Marked
) -> None:
    exam, _, proposer, decider = marked
    late = await a_candidate(opened, exam)
    running = await begin(client, late, exam)
    keys = await changed_keys(opened, {"effect": "given"})
    dry = await dry_run(client, exam, proposer, keys)
    proposed = (await propose(client, exam, proposer, keys, dry["digest"])).json()
    async with opened.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM regrade FOR UPDATE")
        approving = asyncio.create_task(at_once(approve(client, decider, proposed["proposal_id"])))
        await in_line(opened, 1)
        marking = asyncio.create_task(at_once(submit(client, late, running)))
        await in_line(opened, 2)
    [approved], [submitted] = await approving, await marking
    assert (approved.status_code, submitted.status_code) == (200, 200)
    used = await opened.pool.fetch(
        "SELECT item->>'key_number' AS number FROM grading, jsonb_array_elements(items) AS item"
        " WHERE attempt_id = $1::uuid",
        running["id"],
    )
    assert sorted(row["number"] for row in used) == ["1", "1", "1", "2"]


async def test_a_key_is_the_questions_in_every_exam_that_served_it(
    client: Client, opened: Platform
) -> None:
    async with opened.works.write(SYSTEM) as work:
        course, version, components = await a_course(work, pass_marks=(50, 50))
        bank_id = await a_bank(work, course.id)
        exams = []
        for component in components:
            exam_id = await a_published_exam(work, component.id, bank_id, count=6)
            opening = await a_sitting(work, exam_id)
            exams.append(
                AnExam(course.id, version.id, component.id, bank_id, exam_id, opening.id, 6)
            )
    candidate = await a_candidate(opened, exams[0])
    sat = {(await sit(client, candidate, exam, rights=6))["id"] for exam in exams}
    proposer, decider = [(await somebody(opened, Role.ADMIN))[1] for _ in range(2)]
    question = str(await opened.pool.fetchval("SELECT id FROM question_version LIMIT 1"))
    keys = [{"question_version_id": question, "effect": "excluded"}]
    found = [await dry_run(client, exam, proposer, keys) for exam in exams]
    for dry in found:
        assert {change["attempt_id"] for change in dry["changes"]} == sat
        assert {change["exam_id"] for change in dry["changes"]} == {str(e.exam_id) for e in exams}
    keys = [{"question_version_id": question, "effect": "given"}]
    proposals = []
    for exam in exams:
        dry = await dry_run(client, exam, proposer, keys)
        assert dry["changes"] == []
        made = await propose(client, exam, proposer, keys, dry["digest"])
        proposals.append(made.json()["proposal_id"])
    answers = [await approve(client, decider, one) for one in proposals]
    assert [answer.status_code for answer in answers] == [200, 409]
    assert answers[1].json()["type"] == "/problems/regrade_changed"


async def test_a_regrade_waits_for_another_version_that_is_made_over_the_same_pool(
    client: Client, opened: Platform, marked: Marked
) -> None:
    exam, _, proposer, decider = marked
    keys = await changed_keys(opened, {"effect": "given"})
    dry = await dry_run(client, exam, proposer, keys)
    proposed = (await propose(client, exam, proposer, keys, dry["digest"])).json()
    async with opened.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM exam FOR NO KEY UPDATE")
        approving = asyncio.create_task(at_once(approve(client, decider, proposed["proposal_id"])))
        await in_line(opened, 1)
        await connection.execute(
            """
            INSERT INTO exam_version SELECT (jsonb_populate_record(v, '{"number": 2}'
                || jsonb_build_object('id', gen_random_uuid(), 'state', 'superseded'))).*
            FROM exam_version AS v
            """
        )
        await connection.execute(
            """
            INSERT INTO exam_pool_entry SELECT (jsonb_populate_record(p,
                jsonb_build_object('exam_version_id', v.id))).*
            FROM exam_pool_entry AS p JOIN exam_version AS v ON v.number = 2
            """
        )
    [approved] = await approving
    assert approved.status_code == 200, approved.text
    dropped = await opened.pool.fetch(
        "SELECT withdrawn_at IS NOT NULL AS out FROM exam_pool_entry "
        "WHERE question_version_id = ANY($1::uuid[])",
        [key["question_version_id"] for key in keys],
    )
    assert [row["out"] for row in dropped] == [True] * 2 * len(keys)
