from httpx import Response
from litestar.testing import AsyncTestClient

from lms.app import Platform
from lms.kernel.ids import new_id
from lms.people.grants.roles import Role
from tests.builders.people import somebody

API = "/api/v1"


async def applied(client: AsyncTestClient, headers: dict[str, str]) -> dict[str, object]:
    answer = await client.post(
        f"{API}/organisation-applications",
        json={"name_zh": "維港電訊", "name_en": "Harbour Telecom", "note": "350 agents"},
        headers=headers,
    )
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def problem(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


async def test_whoever_applied_manages_the_company_once_it_is_registered(
    client: AsyncTestClient, opened: Platform
) -> None:
    _, applicant = await somebody(opened)
    _, admin = await somebody(opened, Role.ADMIN)
    company = await applied(client, applicant)
    assert company["state"] == "applied"
    path = f"{API}/organisations/{company['id']}"
    assert (await client.get(path, headers=applicant)).status_code == 404

    registered = await client.post(f"{path}/registration", headers=admin)
    assert registered.json()["state"] == "registered"
    assert (await client.get(path, headers=applicant)).json()["name_zh"] == "維港電訊"
    managers = (await client.get(f"{path}/managers", headers=applicant)).json()
    assert [manager["name_zh"] for manager in managers] == ["陳大文"]
    again = await client.post(f"{path}/registration", headers=admin)
    assert problem(again) == (409, "organisation_not_open")


async def test_a_refusal_carries_its_reason_and_gives_no_role(
    client: AsyncTestClient, opened: Platform
) -> None:
    _, applicant = await somebody(opened)
    _, admin = await somebody(opened, Role.ADMIN)
    company = await applied(client, applicant)
    refused = await client.post(
        f"{API}/organisations/{company['id']}/refusal",
        json={"reason": "no customer-service centre"},
        headers=admin,
    )
    assert refused.json()["refusal_reason"] == "no customer-service centre"
    (own,) = (await client.get(f"{API}/me/organisations", headers=applicant)).json()
    assert own["state"] == "refused"


async def test_only_an_admin_decides(client: AsyncTestClient, opened: Platform) -> None:
    _, applicant = await somebody(opened)
    company = await applied(client, applicant)
    for role in (None, Role.AUDITOR, Role.TRAINER, Role.EXAMINER):
        _, headers = await somebody(opened, role)
        answer = await client.post(
            f"{API}/organisations/{company['id']}/registration", headers=headers
        )
        assert answer.status_code in {403, 404}


async def test_a_name_in_one_script_is_needed(client: AsyncTestClient, opened: Platform) -> None:
    _, applicant = await somebody(opened)
    answer = await client.post(
        f"{API}/organisation-applications", json={"name_en": None}, headers=applicant
    )
    assert problem(answer) == (422, "invalid")
    answer = await client.post(
        f"{API}/organisation-applications", json={"name_en": "a\u0000b"}, headers=applicant
    )
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/name_en"]


async def test_a_rename_needs_the_revision_that_was_seen(
    client: AsyncTestClient, opened: Platform
) -> None:
    _, admin = await somebody(opened, Role.ADMIN)
    company = (
        await client.post(f"{API}/organisations", json={"name_en": "Old"}, headers=admin)
    ).json()
    path = f"{API}/organisations/{company['id']}"
    body = {"name_en": "New", "name_zh": "新"}
    assert (await client.patch(path, json=body, headers=admin)).status_code == 428
    renamed = await client.patch(path, json=body, headers={**admin, "If-Match": '"1"'})
    assert (renamed.json()["name_zh"], renamed.headers["etag"]) == ("新", '"2"')
    stale = await client.patch(path, json=body, headers={**admin, "If-Match": '"1"'})
    assert stale.status_code == 412


async def test_another_companys_manager_and_a_missing_company_get_the_same_answer(
    client: AsyncTestClient, opened: Platform
) -> None:
    _, admin = await somebody(opened, Role.ADMIN)
    mine, theirs = [
        (await client.post(f"{API}/organisations", json={"name_en": name}, headers=admin)).json()
        for name in ("Mine", "Theirs")
    ]
    _, manager = await somebody(opened, Role.COMPANY_MANAGER, mine["id"])
    assert (
        await client.get(f"{API}/organisations/{mine['id']}", headers=manager)
    ).status_code == 200
    for tail in ("", "/managers", "/centres", "/staff", "/roster", "/imports", "/invitations"):
        other = await client.get(f"{API}/organisations/{theirs['id']}{tail}", headers=manager)
        missing = await client.get(f"{API}/organisations/{new_id()}{tail}", headers=manager)
        assert other.status_code == missing.status_code == 404
        assert other.content == missing.content
    listed = await client.get(f"{API}/organisations", headers=manager)
    assert listed.status_code == 403


async def test_the_list_pages_by_cursor(client: AsyncTestClient, opened: Platform) -> None:
    _, admin = await somebody(opened, Role.ADMIN)
    for number in range(5):
        await client.post(f"{API}/organisations", json={"name_en": f"C{number}"}, headers=admin)
    seen: list[str] = []
    cursor: str | None = None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await client.get(f"{API}/organisations", params=query, headers=admin)).json()
        seen += [item["name_en"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [f"C{number}" for number in range(5)]


async def test_companies_are_listed_by_state_and_a_missing_one_is_not_found(
    client: AsyncTestClient, opened: Platform
) -> None:
    _, admin = await somebody(opened, Role.ADMIN)
    _, applicant = await somebody(opened)
    company = await applied(client, applicant)
    await client.post(f"{API}/organisations", json={"name_en": "Other"}, headers=admin)
    listed = await client.get(f"{API}/organisations", params={"state": "applied"}, headers=admin)
    assert [item["id"] for item in listed.json()["items"]] == [company["id"]]
    missing = f"{API}/organisations/{new_id()}"
    assert (await client.get(missing, headers=admin)).status_code == 404
    assert (await client.post(f"{missing}/registration", headers=admin)).status_code == 404


async def test_a_dismissed_manager_manages_no_more(
    client: AsyncTestClient, opened: Platform
) -> None:
    _, admin = await somebody(opened, Role.ADMIN)
    company = (
        await client.post(f"{API}/organisations", json={"name_en": "Mine"}, headers=admin)
    ).json()
    path = f"{API}/organisations/{company['id']}"
    _, manager = await somebody(opened, Role.COMPANY_MANAGER, company["id"])
    (grant,) = (await client.get(f"{path}/managers", headers=admin)).json()
    answer = await client.post(
        f"{path}/managers/{grant['id']}/dismissal", json={"reason": "moved on"}, headers=admin
    )
    assert answer.status_code == 204
    assert (await client.get(path, headers=manager)).status_code == 404
    again = await client.post(
        f"{path}/managers/{grant['id']}/dismissal", json={"reason": "moved on"}, headers=admin
    )
    assert again.status_code == 404
