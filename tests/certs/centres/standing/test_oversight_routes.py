"""All centres at the API for the issuer's staff: oversight, sanctions, policy, cases."""

from datetime import timedelta

import pytest

from certs.centres.cases.service import CaseKind, open_case
from certs.centres.evaluations.midnight import evaluate_due
from lms.kernel.clock import day_start
from tests.certs.centres.crowd import a_crowd


async def test_the_issuer_sees_all_centres_and_acts_on_one(client, world, admin, second, manager):
    centre = await world.centre()
    await world.certified(centre, 1)
    lines = (await client.get("/api/v1/centre-standings", headers=admin)).json()["items"]
    assert [(one["centre_id"], one["health"]) for one in lines] == [(str(centre), "at_risk")]
    assert (await client.get("/api/v1/centre-standings", headers=manager)).status_code == 403
    decided = (await client.get("/api/v1/centre-decisions", headers=admin)).json()["items"]
    assert [one["kind"] for one in decided] == ["issue"]
    one = await client.get(f"/api/v1/centre-decisions/{decided[0]['id']}", headers=admin)
    assert one.json()["evidence"]["outcome"] == "met"
    base = f"/api/v1/centre-certificates/{centre}"
    suspended = await client.post(f"{base}/suspension", headers=admin, json={"reason": "why not"})
    assert suspended.json()["certificate_status"] == "suspended"
    back = await client.post(f"{base}/reinstatement", headers=admin, json={"reason": "why not"})
    assert back.json()["certificate_status"] == "in_force"
    proposed = await client.post(
        f"{base}/revocation-proposals", headers=admin, json={"reason": "a finding"}
    )
    assert proposed.status_code == 201
    approval = f"/api/v1/proposals/{proposed.json()['id']}/approval"
    assert (
        await client.post(approval, headers=admin, json={"reason": "me too"})
    ).status_code == 409
    agreed = await client.post(approval, headers=second, json={"reason": "agreed"})
    assert agreed.status_code == 200, agreed.text
    assert (await client.get("/api/v1/certified-centres")).json()["items"] == []
    [bar] = (await client.get("/api/v1/centre-bars", headers=admin)).json()["items"]
    assert (bar["kind"], bar["lifted_at"]) == ("revocation", None)
    lifting = await client.post(
        f"/api/v1/centre-bars/{bar['id']}/lifting-proposals",
        headers=admin,
        json={"reason": "settled"},
    )
    assert lifting.status_code == 201


async def test_an_investigation_is_opened_over_the_api(client, world, admin):
    centre = await world.centre()
    body = {"centre_id": str(centre), "reason": "a complaint", "until_day": "2026-03-09"}
    made = await client.post("/api/v1/centre-bars", headers=admin, json=body)
    assert made.status_code == 201, made.text
    assert made.json()["until_day"] == "2026-03-09"
    listed = await client.get(
        "/api/v1/centre-bars", headers=admin, params={"centre_id": str(centre)}
    )
    assert len(listed.json()["items"]) == 1


async def test_raising_the_threshold_takes_two_people_and_every_centre_is_counted_again(
    client, world, admin, second
):
    centre = await world.centre()
    await a_crowd(world, centre, size=20, qualified=18)
    body = {
        "effective_from": "2026-03-04",
        "threshold": {"numerator": 19, "denominator": 20},
        "reason": "decided by the board",
    }
    proposed = await client.post("/api/v1/centre-policies/proposals", headers=admin, json=body)
    assert proposed.status_code == 201, proposed.text
    approval = f"/api/v1/proposals/{proposed.json()['id']}/approval"
    await client.post(approval, headers=second, json={"reason": "agreed"})
    versions = (await client.get("/api/v1/centre-policies", headers=admin)).json()
    assert [one["version"] for one in versions] == [2, 1]
    assert versions[0]["document"]["threshold"] == [19, 20]
    await evaluate_due(world.works)
    row = await world.standing(centre)
    assert (row.policy_version, row.policies_seen, row.required) == (1, 2, 18)
    world.clock.at = day_start(world.today + timedelta(days=2), "Asia/Hong_Kong")
    await evaluate_due(world.works)
    row = await world.standing(centre)
    assert (row.policy_version, row.required, row.health) == (2, 19, "below")


@pytest.mark.parametrize(
    "change",
    [
        {"threshold": {"numerator": 11, "denominator": 10}},
        {"qualifying_courses": []},
        {"qualifying_courses": ["CPCS", "CPCS"]},
        {"qualifying_courses": ["CPCS", "CPSC"]},
        {"smallest_centre": 0},
        {"surprise": 1},
        {"effective_from": "yesterday"},
    ],
)
async def test_a_policy_that_cannot_be_is_refused_with_a_pointer(client, admin, change):
    body = {"effective_from": "2026-04-01", "reason": "why not"} | change
    answer = await client.post("/api/v1/centre-policies/proposals", headers=admin, json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith("/" + next(iter(change)))


async def test_a_policy_does_not_begin_in_the_past(client, admin):
    body = {"effective_from": "2026-03-01", "reason": "why not"}
    answer = await client.post("/api/v1/centre-policies/proposals", headers=admin, json=body)
    assert answer.status_code == 409


async def test_cases_are_read_and_settled(client, world, admin):
    centre = await world.centre()
    async with world.write() as work:
        case_id = await open_case(
            work,
            centre_id=centre,
            organisation_id=world.organisation_id,
            kind=CaseKind.CORRECTION,
            findings={"day": "2026-03-02"},
        )
    listed = await client.get("/api/v1/centre-cases", headers=admin, params={"state": "open"})
    assert [one["id"] for one in listed.json()["items"]] == [str(case_id)]
    one = await client.get(f"/api/v1/centre-cases/{case_id}", headers=admin)
    settled = await client.post(
        f"/api/v1/centre-cases/{case_id}/settlement",
        headers=admin | {"If-Match": one.headers["etag"]},
        json={"resolution": "looked at"},
    )
    assert settled.json()["state"] == "settled"


async def test_the_first_policy_is_shown_before_anything_was_evaluated(client, admin):
    [first] = (await client.get("/api/v1/centre-policies", headers=admin)).json()
    assert (first["version"], first["document"]["threshold"]) == (1, [9, 10])
