"""Staff who are enrolled in a course: no door of theirs shows or takes a key of its exams."""

from typing import Any

from httpx import Response

from lms.app import Platform
from lms.people.grants.roles import Role
from tests.builders.candidates import API, Client, problem, sit
from tests.builders.exams import CANARY, AnExam, a_candidate, a_file, a_question, an_exam
from tests.builders.people import somebody, with_role
from tests.builders.regrades import approve, dry_run, propose

Headers = dict[str, str]


async def question_of(opened: Platform, exam: AnExam) -> tuple[str, list[dict[str, Any]]]:
    """A question of the bank, and a change of its key."""
    row = await opened.pool.fetchrow(
        "SELECT v.id, v.question_id FROM question_version v JOIN question q ON q.id = v.question_id"
        " WHERE q.bank_id = $1 ORDER BY q.external_id LIMIT 1",
        exam.bank_id,
    )
    return str(row[1]), [{"question_version_id": str(row[0]), "points": 2}]


async def at_every_door(
    client: Client,
    headers: Headers,
    exam: AnExam,
    *,
    question: tuple[str, list[dict[str, Any]]],
    attempt_id: str,
    regrade: dict[str, Any],
) -> list[Response]:
    """What somebody is answered wherever keys are shown, set, or can be worked out."""
    seen = {**headers, "If-Match": '"1"'}
    question_id, changes = question
    one = f"{API}/questions/{question_id}"
    bank = f"{API}/question-banks/{exam.bank_id}"
    regrades = f"{API}/exams/{exam.exam_id}/regrades"
    body = {"key_changes": changes, "digest": regrade["digest"], "reason": "why"}
    return [
        await client.get(f"{API}/regrades/{regrade['id']}", headers=headers),
        await approve(client, headers, regrade["proposal_id"]),
        await client.post(f"{regrades}/dry-run", json={"key_changes": changes}, headers=headers),
        await client.post(regrades, json=body, headers=headers),
        await client.get(one, headers=headers),
        await client.get(f"{bank}/questions", headers=headers),
        await client.put(one, json=a_question(1, points=3), headers=seen),
        await client.post(f"{one}/retirement", json={"reason": "old"}, headers=seen),
        await client.post(f"{bank}/questions", json=a_question(99), headers=headers),
        await client.post(f"{bank}/imports", json=a_file(1), headers=headers),
        await client.get(f"{API}/attempts/{attempt_id}/record", headers=headers),
    ]


async def test_who_is_enrolled_sees_sets_and_works_out_no_key(
    client: Client, opened: Platform
) -> None:
    exam = await an_exam(opened)
    attempt = await sit(client, await a_candidate(opened, exam), exam, rights=4)
    question = await question_of(opened, exam)
    _, admin = await somebody(opened, Role.ADMIN)
    dry = await dry_run(client, exam, admin, question[1])
    regrade = (await propose(client, exam, admin, question[1], dry["digest"])).json()
    own = await a_candidate(opened, exam)
    await with_role(opened, own.person_id, Role.ADMIN)
    found = {"question": question, "attempt_id": attempt["id"], "regrade": regrade}
    refused = await at_every_door(client, own.headers, exam, **found)
    assert {problem(answer) for answer in refused} == {(403, "forbidden")}
    assert not [answer for answer in refused if CANARY in answer.text]
    assert await opened.pool.fetchval("SELECT count(*) FROM question_key") == 6
    elsewhere = await an_exam(opened, code="OTHER")
    theirs, _ = await question_of(opened, elsewhere)
    shown = await client.get(f"{API}/questions/{theirs}", headers=own.headers)
    assert shown.status_code == 200
    withdrawal = f"{API}/me/enrolments/{own.enrolment_id}/withdrawal"
    assert (await client.post(withdrawal, headers=own.headers)).status_code == 200
    for path in (f"questions/{question[0]}", f"regrades/{regrade['id']}"):
        assert (await client.get(f"{API}/{path}", headers=own.headers)).status_code == 200


async def test_who_awaits_a_result_is_not_told_it_by_a_regrade(
    client: Client, opened: Platform
) -> None:
    exam = await an_exam(opened, release="by_admin")
    own = await a_candidate(opened, exam)
    await sit(client, own, exam, rights=4)
    await with_role(opened, own.person_id, Role.ADMIN)
    withdrawal = f"{API}/me/enrolments/{own.enrolment_id}/withdrawal"
    assert (await client.post(withdrawal, headers=own.headers)).status_code == 200
    served = await opened.pool.fetchval("SELECT question_version_id FROM attempt_item LIMIT 1")
    keys = [{"question_version_id": str(served), "points": 2}]
    _, admin = await somebody(opened, Role.ADMIN)
    dry = await dry_run(client, exam, admin, keys)
    assert [change["person_id"] for change in dry["changes"]] == [str(own.person_id)]
    regrade = (await propose(client, exam, admin, keys, dry["digest"])).json()
    told = [
        await client.post(
            f"{API}/exams/{exam.exam_id}/regrades/dry-run",
            json={"key_changes": keys},
            headers=own.headers,
        ),
        await client.get(f"{API}/regrades/{regrade['id']}", headers=own.headers),
    ]
    assert {problem(answer) for answer in told} == {(403, "forbidden")}
    assert (await approve(client, admin, regrade["proposal_id"])).status_code == 409
    _, second = await somebody(opened, Role.ADMIN)
    assert (await approve(client, second, regrade["proposal_id"])).status_code == 200
    news = "SELECT count(*) FROM event WHERE type = 'courses.results-changed.v1'"
    assert await opened.pool.fetchval(news) == 0
