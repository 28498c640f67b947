"""Centres, staff and places over HTTP, as a manager works with them."""

from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from lms.app import Platform
from lms.people.grants.roles import Role
from tests.builders.orgs import SYSTEM, a_company, a_member
from tests.builders.people import somebody

API = "/api/v1"

Headers = dict[str, str]
Client = AsyncTestClient[Litestar]


class Office:
    """A manager's and an admin's hands on one company."""

    def __init__(self, client: Client, path: str, manager: Headers, admin: Headers) -> None:
        self.client = client
        self.path = path
        self.manager = manager
        self.admin = admin

    async def post(self, tail: str, body: Any = None, *, admin: bool = False) -> Any:
        headers = self.admin if admin else self.manager
        answer = await self.client.post(f"{self.path}{tail}", json=body or {}, headers=headers)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    async def get(self, tail: str, **query: Any) -> Any:
        answer = await self.client.get(f"{self.path}{tail}", params=query, headers=self.manager)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def centre(self, name: str) -> str:
        made = await self.post("/centres", {"name_en": name})
        await self.post(f"/centres/{made['id']}/registration", admin=True)
        return str(made["id"])


@pytest.fixture
async def office(client: Client, opened: Platform) -> Office:
    async with opened.works.write(SYSTEM) as work:
        company = await a_company(work)
    _, manager = await somebody(opened, Role.COMPANY_MANAGER, company.id)
    _, admin = await somebody(opened, Role.ADMIN)
    return Office(client, f"{API}/organisations/{company.id}", manager, admin)


async def test_a_member_is_added_placed_moved_and_let_go(office: Office) -> None:
    east, west = await office.centre("East"), await office.centre("West")
    member = await office.post("/staff", {"staff_number": "0071", "name_zh": "陳大文"})
    tail = f"/staff/{member['id']}"
    await office.post(f"{tail}/assignments", {"centre_id": east, "first_day": "2026-01-05"})
    await office.post(f"{tail}/transfer", {"to_centre_id": west, "first_day": "2026-03-01"})
    left = await office.post(f"{tail}/departure", {"last_day": "2026-03-31"})
    assert left["last_day"] == "2026-03-31"
    places = await office.get(f"{tail}/assignments")
    assert [(one["centre_id"], one["first_day"], one["last_day"]) for one in places] == [
        (east, "2026-01-05", "2026-02-28"),
        (west, "2026-03-01", "2026-03-31"),
    ]
    history = await office.get(f"{tail}/assignments", superseded=True)
    assert len(history) == 4
    for day, centre in (("2026-02-28", east), ("2026-03-01", west)):
        roster = await office.get("/roster", day=day)
        assert [row["centre_id"] for row in roster["items"]] == [centre]
    assert (await office.get("/roster", day="2026-04-01"))["items"] == []
    assert (await office.get("/roster", day="2026-03-01", centre_id=east))["items"] == []


async def test_a_place_is_corrected_and_taken_out(office: Office) -> None:
    east = await office.centre("East")
    member = await office.post("/staff", {"staff_number": "1"})
    tail = f"/staff/{member['id']}/assignments"
    placed = await office.post(tail, {"centre_id": east})
    assert placed["first_day"] == "2026-03-02"
    answer = await office.client.put(
        f"{office.path}{tail}/{placed['id']}",
        json={"centre_id": east, "first_day": "2026-02-01", "reason": "payroll had it right"},
        headers=office.manager,
    )
    (stated,) = answer.json()
    assert stated["first_day"] == "2026-02-01"
    await office.post(f"{tail}/{stated['id']}/removal", {"reason": "another Chan"})
    assert await office.get(tail) == []


async def test_the_roster_pages_by_staff_number(office: Office) -> None:
    east = await office.centre("East")
    for number in ("3", "1", "2"):
        member = await office.post("/staff", {"staff_number": number})
        await office.post(f"/staff/{member['id']}/assignments", {"centre_id": east})
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = await office.get("/roster", **query)
        seen += [row["staff_number"] for row in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert seen == ["1", "2", "3"]
    listed = await office.get("/staff", limit=2)
    assert [one["staff_number"] for one in listed["items"]] == ["1", "2"]
    rest = await office.get("/staff", limit=2, cursor=listed["next_cursor"])
    assert [one["staff_number"] for one in rest["items"]] == ["3"]
    assert (await office.get("/staff", linked=True))["items"] == []
    assert len((await office.get("/staff", staff_number="2"))["items"]) == 1


async def test_a_member_is_edited_at_the_revision_that_was_seen(office: Office) -> None:
    member = await office.post("/staff", {"staff_number": "1"})
    path = f"{office.path}/staff/{member['id']}"
    body = {"staff_number": "1", "job_role": "Leader"}
    for seen, status in (('"9"', 412), ('"1"', 200)):
        answer = await office.client.put(
            path, json=body, headers={**office.manager, "If-Match": seen}
        )
        assert answer.status_code == status


async def test_an_admin_links_with_a_reason_and_a_manager_may_not(
    office: Office, opened: Platform
) -> None:
    person_id, _ = await somebody(opened)
    member = await office.post("/staff", {"staff_number": "1"})
    tail = f"/staff/{member['id']}"
    body = {"person_id": str(person_id), "reason": "papers seen"}
    refused = await office.client.post(
        f"{office.path}{tail}/links", json=body, headers=office.manager
    )
    assert refused.status_code == 404
    await office.post(f"{tail}/links", body, admin=True)
    ended = await office.post(f"{tail}/unlinking", {"reason": "another Chan"})
    assert ended["end_reason"] == "another Chan"
    (link,) = await office.get(f"{tail}/links")
    assert link["reason"] == "papers seen"


async def test_a_centre_is_renamed_and_closed(office: Office) -> None:
    east = await office.centre("East")
    answer = await office.client.post(
        f"{office.path}/centres/{east}/names",
        json={"name_en": "Kowloon East"},
        headers={**office.manager, "If-Match": '"2"'},
    )
    assert answer.json()["name_en"] == "Kowloon East"
    names = await office.get(f"/centres/{east}/names")
    assert [one["name_en"] for one in names] == ["Kowloon East", "East"]
    closed = await office.post(f"/centres/{east}/closure", {"reason": "moved to Shatin"})
    assert (closed["state"], closed["closed_on"]) == ("closed", "2026-03-02")
    listed = await office.get("/centres")
    assert [one["state"] for one in listed["items"]] == ["closed"]


async def test_a_company_is_closed_after_its_centres_and_lets_everybody_go(
    office: Office, opened: Platform
) -> None:
    person_id, learner = await somebody(opened)
    east = await office.centre("East")
    member = await office.post("/staff", {"staff_number": "1"})
    await office.post(f"/staff/{member['id']}/assignments", {"centre_id": east})
    body = {"person_id": str(person_id), "reason": "papers seen", "first_day": "2026-02-01"}
    await office.post(f"/staff/{member['id']}/links", body, admin=True)
    reason = {"reason": "wound up"}
    early = await office.client.post(f"{office.path}/closure", json=reason, headers=office.admin)
    assert early.json()["type"] == "/problems/centre_not_open"
    await office.post(f"/centres/{east}/closure", reason)
    closed = await office.post("/closure", reason, admin=True)
    assert closed["state"] == "closed"
    mine = await office.client.get(f"{API}/me/employments", headers=learner)
    assert [one["last_day"] for one in mine.json()] == ["2026-03-01"]
    refused = await office.client.post(
        f"{office.path}/staff", json={"staff_number": "2"}, headers=office.admin
    )
    assert refused.json()["type"] == "/problems/organisation_not_open"
    invited = await office.client.post(
        f"{office.path}/manager-invitations",
        json={"email": "a@example.org"},
        headers=office.admin,
    )
    assert invited.json()["type"] == "/problems/organisation_not_open"
    uploaded = await office.client.post(
        f"{office.path}/imports", content=b"staff number\n", headers=office.admin
    )
    assert uploaded.json()["type"] == "/problems/organisation_not_open"


async def test_a_company_without_centres_has_no_roster_to_upload(office: Office) -> None:
    answer = await office.client.post(
        f"{office.path}/imports", content=b"staff number\n1\n", headers=office.manager
    )
    assert [fault["code"] for fault in answer.json()["errors"]] == ["centre_missing"]


async def test_centres_page_by_cursor(office: Office) -> None:
    for name in ("East", "North", "West"):
        await office.post("/centres", {"name_en": name})
    first = await office.get("/centres", limit=2)
    rest = await office.get("/centres", limit=2, cursor=first["next_cursor"])
    names = [one["name_en"] for one in (*first["items"], *rest["items"])]
    assert names == ["East", "North", "West"]
    waiting = f"{API}/centre-applications"
    page = (await office.client.get(waiting, params={"limit": 2}, headers=office.admin)).json()
    query = {"limit": 2, "cursor": page["next_cursor"]}
    page = (await office.client.get(waiting, params=query, headers=office.admin)).json()
    assert [one["name_en"] for one in page["items"]] == ["West"]


async def test_another_companys_member_does_not_exist(office: Office, opened: Platform) -> None:
    async with opened.works.write(SYSTEM) as work:
        theirs = await a_member(work, await a_company(work, "Theirs"))
    east = await office.centre("East")
    tail = f"/staff/{theirs.id}"
    assert (
        await office.client.get(f"{office.path}{tail}", headers=office.manager)
    ).status_code == 404
    for act, body in (
        ("assignments", {"centre_id": east}),
        ("transfer", {"to_centre_id": east}),
        ("departure", {}),
        ("unlinking", {"reason": "a slip"}),
    ):
        answer = await office.client.post(
            f"{office.path}{tail}/{act}", json=body, headers=office.manager
        )
        assert answer.status_code == 404


async def test_centres_that_wait_are_listed_for_issuer_staff(office: Office) -> None:
    made = await office.post("/centres", {"name_en": "East"})
    assert (await office.get(f"/centres/{made['id']}"))["state"] == "applied"
    listed = await office.client.get(f"{API}/centre-applications", headers=office.admin)
    assert [one["id"] for one in listed.json()["items"]] == [made["id"]]
    refused = await office.client.get(f"{API}/centre-applications", headers=office.manager)
    assert refused.status_code == 403


@pytest.mark.parametrize(
    ("tail", "query"),
    [
        ("/roster", {"known_at": "2026-03-02T00:00:00"}),
        ("/roster", {"known_at": "9999-12-31T23:59:59-14:00"}),
        ("/roster", {"known_at": "0001-01-01T00:00:00+14:00"}),
        ("/roster", {"day": "yesterday"}),
        ("/staff", {"staff_number": "\x00"}),
        ("/staff", {"limit": 101}),
    ],
)
async def test_questions_that_make_no_sense_are_refused(
    office: Office, tail: str, query: dict[str, Any]
) -> None:
    answer = await office.client.get(f"{office.path}{tail}", params=query, headers=office.manager)
    assert answer.status_code == 422


async def test_what_was_known_at_an_instant_can_be_asked(office: Office) -> None:
    east = await office.centre("East")
    member = await office.post("/staff", {"staff_number": "1"})
    await office.post(f"/staff/{member['id']}/assignments", {"centre_id": east})
    for instant, count in (("2026-03-02T00:59:59Z", 0), ("2026-03-02T01:00:00Z", 1)):
        found = await office.get("/roster", day="2026-03-02", known_at=instant)
        assert len(found["items"]) == count
