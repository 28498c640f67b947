from typing import Any
from uuid import UUID

from litestar import Litestar
from litestar.testing import AsyncTestClient

from lms.app import Platform
from lms.kernel.actor import Actor
from lms.people.grants.roles import Role
from lms.people.persons.names import Names
from tests.builders.people import a_person, somebody

Client = AsyncTestClient[Litestar]
ASK = {
    "name_zh": "陳小文",
    "family_name_en": "CHAN",
    "given_name_en": "Siu Man",
    "reason": "deed poll of 2 February",
}


async def changed_by(client: Client, path: str, headers: dict[str, str], **body: Any) -> Any:
    return await client.post(f"/api/v1{path}", headers=headers, json=body)


async def test_the_language_is_ones_own_to_change(opened: Platform, client: Client) -> None:
    _, headers = await somebody(opened)
    body = {"language": "zh-Hant"}
    unseen = await client.patch("/api/v1/me", headers=headers, json=body)
    assert unseen.status_code == 428
    fresh = {**headers, "If-Match": '"1"'}
    answer = await client.patch("/api/v1/me", headers=fresh, json=body)
    assert (answer.json()["language"], answer.headers["ETag"]) == ("zh-Hant", '"2"')
    stale = await client.patch("/api/v1/me", headers=fresh, json=body)
    assert stale.status_code == 412


async def test_a_name_is_nobodys_to_edit(opened: Platform, client: Client) -> None:
    _, headers = await somebody(opened)
    body = {"language": "en", "name_zh": "王大文"}
    answer = await client.patch("/api/v1/me", headers={**headers, "If-Match": '"1"'}, json=body)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/name_zh"]


async def test_a_changed_name_is_asked_for_and_approved(opened: Platform, client: Client) -> None:
    person_id, headers = await somebody(opened)
    _, admin = await somebody(opened, Role.ADMIN)
    asked = await changed_by(client, "/me/name-changes", headers, **ASK)
    assert asked.status_code == 201, asked.text
    assert (await client.get("/api/v1/me", headers=headers)).json()["name_zh"] == "陳大文"
    path = f"/proposals/{asked.json()['id']}/approval"
    assert (await changed_by(client, path, headers, reason="mine")).status_code == 403
    approved = await changed_by(client, path, admin, reason="saw the deed")
    assert approved.status_code == 200, approved.text
    me = (await client.get("/api/v1/me", headers=headers)).json()
    assert (me["printed_zh"], me["printed_en"], me["revision"]) == ("陳小文", "CHAN Siu Man", 2)
    told = await opened.pool.fetchval(
        "SELECT payload->>'person_id' FROM event WHERE type = 'people.person-renamed.v1'"
    )
    assert told == str(person_id)
    found = await client.get("/api/v1/people?search=小文", headers=admin)
    assert [row["id"] for row in found.json()["items"]] == [str(person_id)]


async def test_an_admin_asks_for_somebody_and_another_approves(
    opened: Platform, client: Client
) -> None:
    person_id, _ = await somebody(opened)
    _, one = await somebody(opened, Role.ADMIN)
    _, other = await somebody(opened, Role.ADMIN)
    asked = (await changed_by(client, f"/people/{person_id}/name-changes", one, **ASK)).json()
    path = f"/proposals/{asked['id']}/approval"
    alone = await changed_by(client, path, one, reason="it is fine")
    assert alone.json()["type"] == "/problems/second_person_needed"
    assert (await changed_by(client, path, other, reason="it is fine")).status_code == 200


async def test_a_name_that_changed_in_the_meantime_is_not_overwritten(
    opened: Platform, client: Client
) -> None:
    person_id, headers = await somebody(opened)
    _, admin = await somebody(opened, Role.ADMIN)
    asked = (await changed_by(client, "/me/name-changes", headers, **ASK)).json()
    await opened.pool.execute("UPDATE person SET name_zh = '李大文' WHERE id = $1", person_id)
    path = f"/proposals/{asked['id']}/approval"
    answer = await changed_by(client, path, admin, reason="saw the deed")
    assert answer.status_code == 409
    state = await opened.pool.fetchval("SELECT state FROM proposal")
    assert state == "open", "what the effect refuses is not approved"


async def test_every_fault_of_a_name_is_told(opened: Platform, client: Client) -> None:
    _, headers = await somebody(opened)
    answer = await changed_by(
        client, "/me/name-changes", headers, name_zh="Chan", given_name_en="7", reason="because"
    )
    assert answer.status_code == 422
    pointers = [fault["pointer"] for fault in answer.json()["errors"]]
    assert pointers == ["/name_zh", "/given_name_en"]
    same = await changed_by(
        client,
        "/me/name-changes",
        headers,
        **{**ASK, "name_zh": "陳大文", "given_name_en": "Tai Man"},
    )
    assert same.json()["errors"][0]["code"] == "nothing_changes"


async def test_only_staff_reads_the_register(opened: Platform, client: Client) -> None:
    person_id, learner = await somebody(opened)
    _, manager = await somebody(opened, Role.COMPANY_MANAGER, UUID(int=77))
    _, auditor = await somebody(opened, Role.AUDITOR)
    for path in ("/api/v1/people", f"/api/v1/people/{person_id}"):
        assert (await client.get(path)).status_code == 401
        assert (await client.get(path, headers=learner)).status_code == 403
        assert (await client.get(path, headers=manager)).status_code == 403
        assert (await client.get(path, headers=auditor)).status_code == 200
    refused = await changed_by(client, f"/people/{person_id}/disabling", auditor, reason="no way")
    assert refused.status_code == 403


async def test_the_register_is_paged_and_searched_in_both_scripts(
    opened: Platform, client: Client
) -> None:
    _, admin = await somebody(opened, Role.ADMIN)
    async with opened.works.write(Actor.system("test")) as work:
        wong = await a_person(work, names=Names(zh="黃美玲", family_en="WONG", given_en="Mei Ling"))
        garcia = await a_person(work, names=Names(family_en="García"), email="g@firma.example")
    seen: list[str] = []
    cursor = ""
    while True:
        answer = (await client.get(f"/api/v1/people?limit=1{cursor}", headers=admin)).json()
        seen += [row["id"] for row in answer["items"]]
        if answer["next_cursor"] is None:
            break
        cursor = f"&cursor={answer['next_cursor']}"
    assert len(seen) == 3
    assert seen[1:] == [str(wong.id), str(garcia.id)]
    for text, found in {
        "美玲": wong,
        "黃": wong,
        "mei l": wong,
        "GARCIA": garcia,
        "firma": garcia,
    }.items():
        rows = (await client.get("/api/v1/people", headers=admin, params={"search": text})).json()
        assert [row["id"] for row in rows["items"]] == [str(found.id)], text
    none = await client.get("/api/v1/people", headers=admin, params={"search": "x"})
    assert none.status_code == 422


async def test_the_state_narrows_the_register(opened: Platform, client: Client) -> None:
    _, admin = await somebody(opened, Role.ADMIN)
    person_id, _ = await somebody(opened)
    await changed_by(client, f"/people/{person_id}/disabling", admin, reason="left us")
    rows = (await client.get("/api/v1/people?state=disabled", headers=admin)).json()["items"]
    assert [row["id"] for row in rows] == [str(person_id)]
    again = await changed_by(client, f"/people/{person_id}/disabling", admin, reason="left us")
    assert again.status_code == 409


async def test_nobody_disables_themselves(opened: Platform, client: Client) -> None:
    admin_id, admin = await somebody(opened, Role.ADMIN)
    answer = await changed_by(client, f"/people/{admin_id}/disabling", admin, reason="a mistake")
    assert answer.status_code == 409


async def test_somebody_who_is_not_there_is_not_found(opened: Platform, client: Client) -> None:
    _, admin = await somebody(opened, Role.ADMIN)
    nobody = UUID(int=5)
    assert (await client.get(f"/api/v1/people/{nobody}", headers=admin)).status_code == 404
    for act in ("disabling", "enabling", "second-factor-removal"):
        answer = await changed_by(client, f"/people/{nobody}/{act}", admin, reason="because")
        assert answer.status_code == 404
