"""Another pass rule, decided on by two people: exams that are begun from then on go by it."""

from typing import Any

from httpx import Response

from lms.app import Platform
from lms.people.grants.roles import Role
from tests.builders.candidates import (
    API,
    Client,
    begin,
    problem,
    results,
    right,
    save,
    sit,
    start,
    submit,
)
from tests.builders.exams import a_candidate, an_exam
from tests.builders.people import somebody, with_role

Headers = dict[str, str]


async def approved(
    opened: Platform, client: Client, admin: Headers, by: Headers | None = None, **changes: Any
) -> Response:
    """What a second admin is answered who approves another rule that one proposed."""
    rule: dict[str, Any] = {
        "components": [{"position": 1, "weight": 1, "pass_mark_percent": 50}],
        "attendance_percent": None,
        "retake_limit": None,
        "cooling_off_days": None,
        "cef_attendance_percent": None,
        "cef_mark_percent": None,
        "reason": "the board decided so",
    }
    path = f"{API}/courses/TEST/versions/1/pass-rule-proposals"
    made = await client.post(path, json=rule | changes, headers=admin)
    assert made.status_code == 201, made.text
    second = by or (await somebody(opened, Role.ADMIN))[1]
    approval = f"{API}/proposals/{made.json()['id']}/approval"
    return await client.post(approval, json={"reason": "I agree"}, headers=second)


async def test_an_approved_rule_holds_for_attempts_that_begin_after_it(
    client: Client, opened: Platform
) -> None:
    exam = await an_exam(opened)
    _, admin = await somebody(opened, Role.ADMIN)
    before, after = [await a_candidate(opened, exam) for _ in range(2)]
    running = await begin(client, before, exam)
    shown = (await client.get(f"{API}/exams/{exam.exam_id}", headers=admin)).json()
    rules = {"blueprint": [{"topic": "one", "count": 4}], "time_limit_minutes": 90}
    seen = {**admin, "If-Match": f'"{shown["revision"]}"'}
    drafted = await client.put(f"{API}/exams/{exam.exam_id}/draft", json=rules, headers=seen)
    assert drafted.status_code == 200, drafted.text
    components = [{"position": 1, "weight": 1, "pass_mark_percent": 75}]
    decided = await approved(opened, client, admin, components=components, retake_limit=0)
    assert decided.status_code == 200, decided.text
    versions = (await client.get(f"{API}/exams/{exam.exam_id}", headers=admin)).json()["versions"]
    keys = ("number", "state", "pass_basis_points", "retake_limit", "time_limit_minutes")
    assert [tuple(version[key] for key in keys) for version in versions] == [
        (3, "draft", None, None, 90),
        (2, "published", 7500, 0, 60),
        (1, "superseded", 5000, None, 60),
    ]
    for item in running["items"][:2]:
        await save(client, before, running, item["position"], right(item))
    await submit(client, before, running)
    await sit(client, after, exam, rights=2)
    told = [(await results(client, one))["courses"][0]["passed"] for one in (before, after)]
    assert told == [True, False]
    again = await start(client, after, exam.sitting_id)
    assert problem(again) == (409, "retakes_used_up")


async def test_an_exam_whose_rule_stays_is_left_alone(client: Client, opened: Platform) -> None:
    exam = await an_exam(opened)
    _, admin = await somebody(opened, Role.ADMIN)
    assert (await approved(opened, client, admin, cef_mark_percent=60)).status_code == 200
    shown = (await client.get(f"{API}/exams/{exam.exam_id}", headers=admin)).json()
    assert [version["state"] for version in shown["versions"]] == ["published"]


async def test_nobody_decides_on_an_exam_that_they_are_to_sit(
    client: Client, opened: Platform
) -> None:
    exam = await an_exam(opened)
    _, admin = await somebody(opened, Role.ADMIN)
    own = await a_candidate(opened, exam)
    await with_role(opened, own.person_id, Role.ADMIN)
    easier = [{"position": 1, "weight": 1, "pass_mark_percent": 5}]
    refused = await approved(opened, client, admin, own.headers, components=easier)
    assert problem(refused) == (409, "second_person_needed")
    rules = {"blueprint": [{"topic": "one", "count": 1}], "time_limit_minutes": 90}
    shown = (await client.get(f"{API}/exams/{exam.exam_id}", headers=admin)).json()
    seen = {**own.headers, "If-Match": f'"{shown["revision"]}"'}
    drafted = await client.put(f"{API}/exams/{exam.exam_id}/draft", json=rules, headers=seen)
    body, now = {"reason": "shorter"}, f'"{drafted.json()["revision"]}"'
    publication = f"{API}/exams/{exam.exam_id}/publication"
    alone = await client.post(publication, json=body, headers={**own.headers, "If-Match": now})
    assert problem(alone) == (409, "second_person_needed")
    published = await client.post(publication, json=body, headers={**admin, "If-Match": now})
    assert published.status_code == 200, published.text
