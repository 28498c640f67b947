"""The centre certificate at the API: the public register, the company's view, the issuer's."""

from datetime import timedelta

import msgspec
import pytest

from certs.centres import evidence
from certs.centres.cases.service import CaseKind, open_case
from certs.centres.midnight import evaluate_due
from lms.kernel.clock import day_start
from lms.people.grants.roles import Role
from tests.builders.people import somebody

FOREIGN = "01900000-0000-7000-8000-0000000000ff"


@pytest.fixture
async def manager(world, opened):
    _, headers = await somebody(opened, Role.COMPANY_MANAGER, world.organisation_id)
    return headers


@pytest.fixture
async def admin(opened, world):
    _, headers = await somebody(opened, Role.ADMIN)
    return headers


@pytest.fixture
async def second(opened, world):
    _, headers = await somebody(opened, Role.ADMIN)
    return headers


def below(world, centre):
    return f"/api/v1/organisations/{world.organisation_id}/centres/{centre}"


async def test_the_register_is_public_and_says_no_more_than_the_certificate(client, world):
    centre = await world.centre()
    await world.certified(centre, 1)
    await world.centre()
    answer = await client.get("/api/v1/certified-centres")
    assert answer.status_code == 200
    [entry] = answer.json()["items"]
    assert set(entry) == {
        "centre_id",
        "name_zh",
        "name_en",
        "organisation_zh",
        "organisation_en",
        "valid_from",
        "last_day",
        "status",
        "verify",
    }
    assert (entry["centre_id"], entry["status"]) == (str(centre), "in_force")
    assert (entry["valid_from"], entry["last_day"]) == ("2026-03-02", "2027-03-01")


async def test_the_register_links_to_verification_and_forgets_what_has_expired(
    client, world, settle
):
    centre = await world.centre()
    await world.certified(centre, 1)
    await settle()
    [entry] = (await client.get("/api/v1/certified-centres")).json()["items"]
    if entry["verify"] is not None:
        found = await client.get(entry["verify"], headers={"Accept": "application/json"})
        assert found.status_code == 200
    world.clock.at = day_start(world.today + timedelta(days=365), "Asia/Hong_Kong")
    assert (await client.get("/api/v1/certified-centres")).json()["items"] == []


async def test_the_register_is_read_in_pages(client, world):
    for _ in range(3):
        await world.certified(await world.centre(), 1)
    seen, cursor = [], None
    while True:
        query = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/api/v1/certified-centres", params=query)).json()
        seen += [entry["centre_id"] for entry in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(set(seen)) == 3
    wrong = await client.get("/api/v1/certified-centres", params={"cursor": "WyJ4Il0"})
    assert wrong.status_code == 422


async def test_a_manager_sees_where_the_centre_stands(client, world, manager):
    centre = await world.centre()
    await world.certified(centre, 26)
    for _ in range(3):
        await world.hire(centre)
    answer = (await client.get(f"{below(world, centre)}/standing", headers=manager)).json()
    assert (answer["counted"], answer["qualified"], answer["required"]) == (29, 26, 27)
    assert (answer["percentage"], answer["missing"]) == ("89.65", 1)
    assert (answer["outcome"], answer["health"]) == ("not_met", "below")
    assert answer["certified"] is True
    assert answer["certificate"]["last_day"] == "2027-03-01"
    assert answer["would_renew_today"] is None


async def test_a_manager_sees_who_is_missing_and_what_expires_next(client, world, manager):
    centre = await world.centre()
    unlinked = await world.hire(centre)
    linked = await world.hire(centre)
    await world.link(linked)
    [(late, _)] = await world.certified(centre, 1, last_day=world.today + timedelta(days=90))
    [(soon, _)] = await world.certified(centre, 1, last_day=world.today + timedelta(days=9))
    await world.certified(centre, 1)
    missing = await client.get(f"{below(world, centre)}/missing", headers=manager)
    assert [(one["staff_record_id"], one["reason"]) for one in missing.json()["items"]] == [
        (str(unlinked), "not_linked"),
        (str(linked), "no_qualifying_certificate"),
    ]
    assert not {"mark", "score", "result"} & set(missing.json()["items"][0])
    first = await client.get(
        f"{below(world, centre)}/expiring", headers=manager, params={"limit": 1}
    )
    assert [one["staff_record_id"] for one in first.json()["items"]] == [str(soon)]
    rest = await client.get(
        f"{below(world, centre)}/expiring",
        headers=manager,
        params={"cursor": first.json()["next_cursor"]},
    )
    assert [one["staff_record_id"] for one in rest.json()["items"]] == [str(late)]


async def test_missing_goes_on_where_the_page_ended(client, world, manager):
    centre = await world.centre()
    staff = [str(await world.hire(centre)) for _ in range(3)]
    first = await client.get(
        f"{below(world, centre)}/missing", headers=manager, params={"limit": 2}
    )
    rest = await client.get(
        f"{below(world, centre)}/missing",
        headers=manager,
        params={"cursor": first.json()["next_cursor"]},
    )
    found = [one["staff_record_id"] for one in first.json()["items"] + rest.json()["items"]]
    assert found == staff


async def test_a_decision_is_shown_with_the_evidence_that_has_its_hash(client, world, manager):
    centre = await world.centre()
    await world.certified(centre, 1)
    [decision] = (await client.get(f"{below(world, centre)}/decisions", headers=manager)).json()[
        "items"
    ]
    answer = await client.get(f"{below(world, centre)}/decisions/{decision['id']}", headers=manager)
    frozen = msgspec.convert(answer.json()["evidence"], evidence.Evidence)
    assert evidence.stands(frozen)
    assert evidence.digest(evidence.encode(frozen)).hex() == decision["evidence_sha256"]


async def test_a_manager_attests_the_roster(client, world, manager):
    centre = await world.centre()
    await world.certified(centre, 2)
    made = await client.post(f"{below(world, centre)}/attestations", headers=manager)
    assert made.status_code == 201
    assert made.json()["counted"] == 2
    listed = await client.get(f"{below(world, centre)}/attestations", headers=manager)
    assert [one["id"] for one in listed.json()["items"]] == [made.json()["id"]]


@pytest.mark.parametrize("what", ["standing", "missing", "expiring", "decisions", "attestations"])
async def test_another_company_and_the_unsigned_see_nothing(client, world, opened, what):
    centre = await world.centre()
    await world.certified(centre, 1)
    assert (await client.get(f"{below(world, centre)}/{what}")).status_code == 401
    other = await client.get(
        f"{below(world, centre)}/{what}",
        headers=(await somebody(opened, Role.COMPANY_MANAGER, world.deciders[0]))[1],
    )
    assert other.status_code == 404


async def test_a_manager_does_not_reach_another_companys_centre_by_their_own_path(
    client, world, opened, manager
):
    centre = await world.centre()
    mine = await somebody(opened, Role.COMPANY_MANAGER, world.deciders[0])
    path = f"/api/v1/organisations/{world.deciders[0]}/centres/{centre}/standing"
    assert (await client.get(path, headers=mine[1])).status_code == 404
    unknown = f"{below(world, FOREIGN)}/standing"
    assert (await client.get(unknown, headers=manager)).status_code == 404


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
    await world.certified(centre, 18)
    for _ in range(2):
        await world.hire(centre)
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
