"""Exams over the API: drafts, what blocks publication, and two people after first use."""

from typing import Any
from uuid import UUID

import pytest

from lms.app import Platform
from lms.people.grants.roles import Role
from tests.builders.candidates import API, Client, begin, problem
from tests.builders.exams import SYSTEM, a_bank, a_candidate, a_course, a_question, an_exam
from tests.builders.people import somebody

Headers = dict[str, str]
RULES = {"blueprint": [{"topic": "one", "count": 4}], "time_limit_minutes": 60}


@pytest.fixture
async def admin(opened: Platform, client: Client) -> Headers:
    return (await somebody(opened, Role.ADMIN))[1]


async def create(client: Client, admin: Headers, component_id: Any, bank_id: Any) -> Any:
    body = {"component_id": str(component_id), "bank_id": str(bank_id), "rules": RULES}
    return await client.post(f"{API}/exams", json=body, headers=admin)


async def publish(client: Client, admin: Headers, exam: dict[str, Any]) -> Any:
    return await client.post(
        f"{API}/exams/{exam['id']}/publication",
        json={"reason": "ready for the spring sitting"},
        headers={**admin, "If-Match": f'"{exam["revision"]}"'},
    )


async def test_an_exam_is_drafted_and_published(
    client: Client, opened: Platform, admin: Headers
) -> None:
    async with opened.works.write(SYSTEM) as work:
        course, _, [component] = await a_course(work, retake_limit=2, cooling_off_days=7)
        bank_id = await a_bank(work, course.id)
    made = await create(client, admin, component.id, bank_id)
    assert made.status_code == 201, made.text
    assert made.json()["versions"][0]["state"] == "draft"
    again = await create(client, admin, component.id, bank_id)
    assert again.json()["type"] == "/problems/exam_exists"
    published = await publish(client, admin, made.json())
    assert published.status_code == 200, published.text
    assert published.json()["proposal_id"] is None
    [version] = published.json()["exam"]["versions"]
    assert (version["state"], version["pass_basis_points"]) == ("published", 5000)
    assert (version["retake_limit"], version["cooling_off_days"]) == (2, 7)
    nothing = await publish(client, admin, published.json()["exam"])
    assert nothing.json()["type"] == "/problems/exam_without_draft"


async def test_publication_tells_everything_that_is_in_its_way(
    client: Client, opened: Platform, admin: Headers
) -> None:
    async with opened.works.write(SYSTEM) as work:
        course, version, [component] = await a_course(work)
        bank_id = await a_bank(work, course.id, count=3)
    await opened.pool.execute(
        "UPDATE course_version SET state = 'draft', opened_at = NULL, contact_minutes = NULL,"
        " validity_kind = 'unset', validity_months = NULL WHERE id = $1",
        version.id,
    )
    await opened.pool.execute("UPDATE component SET pass_mark_percent = NULL")
    made = (await create(client, admin, component.id, bank_id)).json()
    refused = await publish(client, admin, made)
    assert refused.status_code == 422
    assert {fault["pointer"] for fault in refused.json()["errors"]} == {
        "/catalogue/contact_minutes",
        "/catalogue/validity",
        "/catalogue/components/0/pass_mark_percent",
        "/blueprint/0/count",
    }


async def test_an_exam_is_published_once_the_versions_rule_cannot_be_edited_any_more(
    client: Client, opened: Platform, admin: Headers
) -> None:
    async with opened.works.write(SYSTEM) as work:
        course, version, [component] = await a_course(work)
        bank_id = await a_bank(work, course.id)
    await opened.pool.execute(
        "UPDATE course_version SET state = 'draft', opened_at = NULL WHERE id = $1", version.id
    )
    made = (await create(client, admin, component.id, bank_id)).json()
    early = await publish(client, admin, made)
    assert problem(early) == (409, "version_not_open")
    path = f"{API}/courses/TEST/versions/1"
    first = {**admin, "If-Match": '"1"'}
    parts = {"title_zh_hant": "卷", "title_en": "Paper", "weight": 1, "pass_mark_percent": 70}
    edited = await client.patch(path, json={"components": [parts]}, headers=first)
    assert edited.status_code == 200, edited.text
    opening = {**admin, "If-Match": f'"{edited.json()["revision"]}"'}
    assert (await client.post(f"{path}/opening", headers=opening)).status_code == 200
    [published] = (await publish(client, admin, made)).json()["exam"]["versions"]
    assert published["pass_basis_points"] == 7000


async def test_parts_that_do_not_fit_are_told_at_once(
    client: Client, opened: Platform, admin: Headers
) -> None:
    async with opened.works.write(SYSTEM) as work:
        _, _, [component] = await a_course(work)
        other, _, _ = await a_course(work, "OTHER")
        bank_id = await a_bank(work, other.id)
    foreign = await create(client, admin, component.id, bank_id)
    assert [fault["code"] for fault in foreign.json()["errors"]] == ["other_course"]
    body = {
        "component_id": str(UUID(int=1)),
        "bank_id": str(UUID(int=2)),
        "rules": RULES | {"blueprint": [{"topic": "one", "count": 1}] * 2},
    }
    answer = await client.post(f"{API}/exams", json=body, headers=admin)
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [
        "/rules/blueprint/1/topic",
        "/component_id",
        "/bank_id",
    ]


async def test_after_first_use_a_second_person_publishes(
    client: Client, opened: Platform, admin: Headers
) -> None:
    exam = await an_exam(opened)
    await begin(client, await a_candidate(opened, exam), exam)
    shown = (await client.get(f"{API}/exams/{exam.exam_id}", headers=admin)).json()
    assert shown["first_used_at"] is not None
    drafted = await client.put(
        f"{API}/exams/{exam.exam_id}/draft",
        json=RULES | {"time_limit_minutes": 90},
        headers={**admin, "If-Match": f'"{shown["revision"]}"'},
    )
    assert [version["state"] for version in drafted.json()["versions"]] == ["draft", "published"]
    proposed = (await publish(client, admin, drafted.json())).json()
    assert proposed["proposal_id"] is not None
    assert proposed["exam"]["versions"][0]["state"] == "draft"
    url = f"{API}/proposals/{proposed['proposal_id']}/approval"
    own = await client.post(url, json={"reason": "fine"}, headers=admin)
    assert own.json()["type"] == "/problems/second_person_needed"
    _, second = await somebody(opened, Role.ADMIN)
    approved = await client.post(url, json={"reason": "fine"}, headers=second)
    assert approved.status_code == 200, approved.text
    after = (await client.get(f"{API}/exams/{exam.exam_id}", headers=admin)).json()
    assert [(v["state"], v["time_limit_minutes"]) for v in after["versions"]] == [
        ("published", 90),
        ("superseded", 60),
    ]


async def test_a_draft_that_changed_after_it_was_proposed_is_not_published(
    client: Client, opened: Platform, admin: Headers
) -> None:
    exam = await an_exam(opened)
    await begin(client, await a_candidate(opened, exam), exam)
    draft = f"{API}/exams/{exam.exam_id}/draft"
    state = (await client.get(f"{API}/exams/{exam.exam_id}", headers=admin)).json()

    async def put(minutes: int, revision: int) -> dict[str, Any]:
        answer = await client.put(
            draft,
            json=RULES | {"time_limit_minutes": minutes},
            headers={**admin, "If-Match": f'"{revision}"'},
        )
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    drafted = await put(90, state["revision"])
    proposed = (await publish(client, admin, drafted)).json()
    await put(5, drafted["revision"])
    _, second = await somebody(opened, Role.ADMIN)
    url = f"{API}/proposals/{proposed['proposal_id']}/approval"
    refused = await client.post(url, json={"reason": "fine"}, headers=second)
    assert refused.json()["type"] == "/problems/exam_draft_changed"


async def test_questions_that_changed_after_the_proposal_are_not_published_with_it(
    client: Client, opened: Platform, admin: Headers
) -> None:
    exam = await an_exam(opened)
    await begin(client, await a_candidate(opened, exam), exam)
    shown = (await client.get(f"{API}/exams/{exam.exam_id}", headers=admin)).json()
    seen = {**admin, "If-Match": f'"{shown["revision"]}"'}
    drafted = await client.put(f"{API}/exams/{exam.exam_id}/draft", json=RULES, headers=seen)
    proposed = (await publish(client, admin, drafted.json())).json()["proposal_id"]
    questions = f"{API}/question-banks/{exam.bank_id}/questions"
    [first, *_] = (await client.get(questions, headers=admin)).json()["items"]
    other_key = a_question(1, key={"correct": "x"})
    one, seen = f"{API}/questions/{first['id']}", {**admin, "If-Match": '"1"'}
    assert (await client.put(one, json=other_key, headers=seen)).status_code == 200
    _, second = await somebody(opened, Role.ADMIN)
    url = f"{API}/proposals/{proposed}/approval"
    refused = await client.post(url, json={"reason": "fine"}, headers=second)
    assert problem(refused) == (409, "exam_draft_changed")
    refusal = f"{API}/proposals/{proposed}/refusal"
    await client.post(refusal, json={"reason": "look again"}, headers=second)
    again = (await publish(client, admin, drafted.json())).json()["proposal_id"]
    url = f"{API}/proposals/{again}/approval"
    assert (await client.post(url, json={"reason": "fine"}, headers=second)).status_code == 200


async def test_examiners_and_trainers_read_exams_and_do_not_change_them(
    client: Client, opened: Platform, admin: Headers
) -> None:
    exam = await an_exam(opened)
    for role in (Role.TRAINER, Role.EXAMINER, Role.AUDITOR):
        _, headers = await somebody(opened, role)
        listed = await client.get(f"{API}/exams?version_id={exam.version_id}", headers=headers)
        assert [row["id"] for row in listed.json()["items"]] == [str(exam.exam_id)]
        refused = await create(client, headers, exam.component_id, exam.bank_id)
        assert refused.status_code == 403
    _, learner = await somebody(opened)
    assert (await client.get(f"{API}/exams", headers=learner)).status_code == 403
