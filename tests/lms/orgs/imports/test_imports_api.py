"""Roster files over HTTP: the upload as it is, the preview's lists, who may."""

from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from lms.app import Platform
from lms.kernel.ids import new_id
from lms.orgs.imports import reading
from lms.orgs.imports.upload import BYTES_MOST
from lms.people.grants.roles import Role
from tests.builders.people import somebody
from tests.lms.orgs.imports.files import Company, a_company_of_two

API = "/api/v1"
FILE = "staff number,name zh,centre\n1,陳大文,East\n2,李小明,West\n"

Headers = dict[str, str]
Client = AsyncTestClient[Litestar]


@pytest.fixture
async def company(opened: Platform) -> Company:
    return await a_company_of_two(opened.works)


@pytest.fixture
async def manager(opened: Platform, company: Company) -> Headers:
    _, headers = await somebody(opened, Role.COMPANY_MANAGER, company.id)
    return headers


async def upload(
    client: Client, company: Company, headers: Headers, content: str | bytes = FILE, **query: Any
) -> tuple[int, dict[str, Any]]:
    answer = await client.post(
        f"{API}/organisations/{company.id}/imports",
        content=content.encode() if isinstance(content, str) else content,
        params=query,
        headers={**headers, "Content-Type": "text/csv"},
    )
    return answer.status_code, answer.json()


async def items(client: Client, path: str, headers: Headers, **query: Any) -> list[dict[str, Any]]:
    answer = await client.get(f"{API}{path}", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def test_a_file_is_previewed_looked_at_and_committed(
    client: Client, company: Company, manager: Headers
) -> None:
    status, made = await upload(client, company, manager, file_name="三月.csv")
    assert (status, made["joins"], made["state"]) == (201, 2, "previewed")
    path = f"/organisations/{company.id}/imports/{made['id']}"
    lines = await items(client, f"{path}/lines", manager, outcome="join")
    assert [line["name_zh"] for line in lines] == ["陳大文", "李小明"]
    assert await items(client, f"{path}/faults", manager) == []
    for _ in range(2):
        done = await client.post(f"{API}{path}/commit", headers=manager)
        assert (done.status_code, done.json()["state"]) == (200, "committed")
    roster = await items(client, f"/organisations/{company.id}/roster", manager)
    assert [row["staff_number"] for row in roster] == ["1", "2"]
    listed = await items(client, f"/organisations/{company.id}/imports", manager)
    assert [one["file_name"] for one in listed] == ["三月.csv"]


async def test_an_upload_repeated_under_its_key_is_one_preview(
    client: Client, company: Company, manager: Headers
) -> None:
    keyed = {**manager, "Idempotency-Key": "march-roster"}
    _, first = await upload(client, company, keyed)
    _, second = await upload(client, company, keyed)
    assert first["id"] == second["id"]
    status, problem = await upload(client, company, keyed, absent="leave")
    assert (status, problem["type"]) == (422, "/problems/idempotency_key_reused")


async def test_the_exported_file_comes_back_unchanged(
    client: Client, company: Company, manager: Headers
) -> None:
    _, made = await upload(client, company, manager)
    path = f"{API}/organisations/{company.id}"
    await client.post(f"{path}/imports/{made['id']}/commit", headers=manager)
    exported = await client.get(f"{path}/roster/file", headers=manager)
    assert exported.headers["content-type"].startswith("text/csv")
    assert exported.content.decode() == (
        "\ufeffstaff_number,name_zh,name_en,work_email,job_role,centre,first_day,last_day\r\n"
        "1,陳大文,,,,East,2026-03-02,\r\n"
        "2,李小明,,,,West,2026-03-02,\r\n"
    )
    status, again = await upload(client, company, manager, exported.content, absent="leave")
    assert (status, again["same"], again["leaves"], again["faults"]) == (201, 2, 0, 0)


async def test_who_would_leave_is_shown_before_they_do(
    client: Client, company: Company, manager: Headers
) -> None:
    _, made = await upload(client, company, manager)
    path = f"{API}/organisations/{company.id}/imports"
    await client.post(f"{path}/{made['id']}/commit", headers=manager)
    _, part = await upload(
        client, company, manager, FILE.split("2,", maxsplit=1)[0], absent="leave"
    )
    absent = await items(
        client, f"/organisations/{company.id}/imports/{part['id']}/absent", manager
    )
    assert [one["staff_number"] for one in absent] == ["2"]
    done = await client.post(f"{path}/{part['id']}/discarding", headers=manager)
    assert done.json()["state"] == "discarded"


@pytest.mark.parametrize(
    ("content", "query", "pointer"),
    [
        (b"staff number,centre\n1,\xff\n", {}, "/lines/2"),
        (FILE.encode("utf-16-le"), {"charset": "utf-16"}, "/lines/1"),
        (FILE.encode(), {"charset": "klingon"}, "/lines/1"),
        (b"staff number,color,centre\n", {}, "/lines/1"),
        (b"", {}, "/lines/1"),
        (b"\x00" * 40, {}, "/lines/1"),
        (FILE.encode(), {"effective_on": "0001-01-01"}, "/effective_on"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_with_its_line(
    client: Client,
    company: Company,
    manager: Headers,
    content: bytes,
    query: dict[str, str],
    pointer: str,
) -> None:
    status, problem = await upload(client, company, manager, content, **query)
    assert status == 422
    assert problem["errors"][0]["pointer"] == pointer


async def test_a_charset_may_be_named_in_the_content_type(
    client: Client, company: Company, manager: Headers
) -> None:
    content = "staff number,name zh,centre\n1,王,East\n".encode("big5hkscs")
    path = f"{API}/organisations/{company.id}/imports"
    for content_type, status in (("text/csv", 422), ("text/csv; charset=Big5-HKSCS", 201)):
        headers = {**manager, "Content-Type": content_type}
        answer = await client.post(path, content=content, headers=headers)
        assert answer.status_code == status


async def test_only_the_company_and_an_admin_upload(
    client: Client, opened: Platform, company: Company
) -> None:
    other = await a_company_of_two(opened.works)
    expected = {
        (Role.ADMIN, None): 201,
        (Role.AUDITOR, None): 403,
        (Role.TRAINER, None): 403,
        (Role.COMPANY_MANAGER, other.id): 404,
        (None, None): 404,
    }
    for (role, scope), wanted in expected.items():
        _, headers = await somebody(opened, role, scope)
        assert (await upload(client, company, headers))[0] == wanted, role


async def test_the_previews_lists_page_by_cursor(
    client: Client, company: Company, manager: Headers
) -> None:
    path = f"/organisations/{company.id}/imports"
    _, whole = await upload(client, company, manager, FILE + "3,,East\n4,,East\n")
    await client.post(f"{API}{path}/{whole['id']}/commit", headers=manager)
    _, faulty = await upload(client, company, manager, FILE + "=3,,Nowhere\n")
    _, part = await upload(
        client, company, manager, "staff number,centre\n1,East\n", absent="leave"
    )
    for tail, key, expected in (
        (f"{path}/{faulty['id']}/lines", "line", [2, 3]),
        (f"{path}/{faulty['id']}/faults", "column", ["staff_number", "centre"]),
        (f"{path}/{part['id']}/absent", "staff_number", ["2", "3", "4"]),
        (path, "id", [part["id"], faulty["id"], whole["id"]]),
    ):
        seen: list[Any] = []
        query: dict[str, Any] = {"limit": 1}
        while True:
            page = (await client.get(f"{API}{tail}", params=query, headers=manager)).json()
            seen += [item[key] for item in page["items"]]
            if page["next_cursor"] is None:
                break
            query["cursor"] = page["next_cursor"]
        assert seen == expected, tail
    assert await items(client, f"{path}/{faulty['id']}/absent", manager) == []


async def test_a_committed_file_is_not_discarded(
    client: Client, company: Company, manager: Headers
) -> None:
    _, made = await upload(client, company, manager)
    path = f"{API}/organisations/{company.id}/imports/{made['id']}"
    await client.post(f"{path}/commit", headers=manager)
    refused = await client.post(f"{path}/discarding", headers=manager)
    assert refused.json()["type"] == "/problems/import_settled"


async def test_a_file_longer_than_any_roster_is_refused(
    client: Client, company: Company, manager: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LINES_MOST", 1)
    status, problem = await upload(client, company, manager)
    assert (status, problem["errors"][0]["code"]) == (422, "too_many_lines")


@pytest.mark.parametrize(("more", "status"), [(0, 201), (1, 413)])
async def test_an_upload_has_a_size_that_it_may_have(
    client: Client, company: Company, manager: Headers, more: int, status: int
) -> None:
    said = {**manager, "Content-Type": "text/csv", "Content-Length": str(BYTES_MOST + more)}
    path = f"{API}/organisations/{company.id}/imports"
    answer = await client.post(path, content=FILE.encode(), headers=said)
    assert answer.status_code == status


async def test_a_company_that_does_not_exist_has_no_imports(
    client: Client, opened: Platform, company: Company
) -> None:
    _, admin = await somebody(opened, Role.ADMIN)
    missing = Company(new_id(), company.east, company.west)
    assert (await upload(client, missing, admin))[0] == 404


async def test_an_import_that_is_not_there_is_not_found(
    client: Client, company: Company, manager: Headers
) -> None:
    path = f"{API}/organisations/{company.id}/imports/{new_id()}"
    for tail in ("", "/lines", "/faults", "/absent"):
        assert (await client.get(path + tail, headers=manager)).status_code == 404
    assert (await client.post(f"{path}/commit", headers=manager)).status_code == 404
