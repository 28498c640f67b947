from lms.people.grants.roles import Role
from tests.builders.people import somebody
from tests.courses.catalogue.drafts import (
    COMPLETE,
    COURSES,
    a_draft,
    an_admin,
    an_open_version,
    pointers,
    problem,
)


async def test_another_pass_rule_for_an_open_version_needs_a_second_person(opened, client):
    admin = await an_admin(opened)
    await an_open_version(client, admin)
    rule = {
        "components": [
            {"position": 1, "weight": 1, "pass_mark_percent": 75},
            {"position": 2, "weight": 1, "pass_mark_percent": 65},
        ],
        "attendance_percent": 80,
        "retake_limit": 2,
        "cooling_off_days": 7,
        "cef_attendance_percent": None,
        "cef_mark_percent": 60,
        "reason": "the board decided so",
    }
    path = f"{COURSES}/CPCS/versions/1/pass-rule-proposals"
    short = rule | {"components": rule["components"][:1]}
    refused = await client.post(path, json=short, headers=admin)
    assert pointers(refused) == ["/components"]
    made = await client.post(path, json=rule, headers=admin)
    assert made.status_code == 201, made.text
    approval = f"/api/v1/proposals/{made.json()['id']}/approval"
    alone = await client.post(approval, json={"reason": "myself"}, headers=admin)
    assert problem(alone) == (409, "second_person_needed")
    version = (await client.get(f"{COURSES}/CPCS")).json()["open_version"]
    assert [part["pass_mark_percent"] for part in version["components"]] == [60, 50]
    _, second = await somebody(opened, Role.ADMIN)
    agreed = await client.post(approval, json={"reason": "I agree"}, headers=second)
    assert agreed.status_code == 200, agreed.text
    version = (await client.get(f"{COURSES}/CPCS")).json()["open_version"]
    assert [part["pass_mark_percent"] for part in version["components"]] == [75, 65]
    assert (version["attendance_percent"], version["cef_mark_percent"]) == (80, 60)


async def test_a_drafts_rule_is_edited_not_proposed(opened, client):
    admin = await an_admin(opened)
    await a_draft(client, admin, **COMPLETE)
    rule = {
        "components": [{"position": 1, "weight": 1, "pass_mark_percent": 75}],
        "attendance_percent": None,
        "retake_limit": None,
        "cooling_off_days": None,
        "cef_attendance_percent": None,
        "cef_mark_percent": None,
        "reason": "a try",
    }
    path = f"{COURSES}/CPCS/versions/1/pass-rule-proposals"
    answer = await client.post(path, json=rule, headers=admin)
    assert problem(answer) == (409, "version_not_open")
