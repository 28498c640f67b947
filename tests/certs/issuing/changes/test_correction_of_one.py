"""A correction of one certificate: made anew from today's records, it supersedes the old one."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from lms.kernel.ids import new_id
from lms.people.grants.roles import Role
from tests.builders.certs import ASchool, Settle
from tests.builders.people import somebody

REASON = {"reason": "the record was wrong, file 8"}
ITS_OWN = {"number", "verification_code", "status_url", "issued_on", "supersedes"}
SIGNATORY = {"name": {"zh": None, "en": "May Lee"}, "title": {"zh": "主席", "en": "Chairman"}}

Mend = Callable[[ASchool, Any], Awaitable[dict[str, Any]]]


async def _correct(school: ASchool, client: Any, certificate_id: Any, **headers: str) -> Any:
    return await client.post(
        f"/api/v1/certificates/{certificate_id}/correction",
        json=REASON,
        headers=headers or school.headers,
    )


async def _other_title(school: ASchool, client: Any) -> dict[str, Any]:
    answer = await client.patch(
        f"/api/v1/courses/{school.course_code}",
        json={"title_zh_hant": "正名課程"},
        headers=school.headers | {"If-Match": '"1"'},
    )
    assert answer.status_code == 200, answer.text
    return {"certified": {"title_zh": "正名課程"}}


async def _confirmed_title(school: ASchool, client: Any) -> dict[str, Any]:
    answer = await client.post(
        f"/api/v1/courses/{school.course_code}/title-confirmation",
        json={"title_en": "The Issuer's Own"},
        headers=school.headers | {"If-Match": '"1"'},
    )
    assert answer.status_code == 200, answer.text
    return {"certified": {"title_en": "The Issuer's Own", "title_en_confirmed": True}}


async def _other_signatory(school: ASchool, client: Any) -> dict[str, Any]:
    answer = await client.post(
        f"/api/v1/schemes/courses/{school.course_code}",
        json={"automatic": True, "signatories": [SIGNATORY], "reason": "her name was misspelt"},
        headers=school.headers,
    )
    assert answer.status_code == 201, answer.text
    return {"signatories": [SIGNATORY]}


async def _renamed(school: ASchool, person_id: Any) -> None:
    await school.opened.pool.execute(
        "UPDATE person SET name_zh = '陳大民' WHERE id = $1", person_id
    )


def _but(stated: dict[str, Any], right: dict[str, Any]) -> dict[str, Any]:
    """What was stated, with what was put right, without what is each document's own."""
    made = {name: value for name, value in stated.items() if name not in ITS_OWN}
    for name, value in right.items():
        made[name] = made[name] | value if isinstance(value, dict) else value
    return made


@pytest.mark.parametrize("mend", [_other_title, _confirmed_title, _other_signatory])
async def test_what_was_put_right_on_record_is_right_on_the_new_certificate_and_nothing_else_is_new(
    school: ASchool, settle: Settle, client: Any, mend: Mend
) -> None:
    old, bystander = await school.certified(settle), await school.certified(settle)
    right = await mend(school, client)
    await _renamed(school, old["person_id"])
    answer = await _correct(school, client, old["id"])
    assert answer.status_code == 201, answer.text
    await settle()
    new = await school.certificate_of(old["person_id"])
    assert answer.json()["id"] == str(new["id"])
    stated = json.loads(new["payload"])
    assert _but(stated, {}) == _but(json.loads(old["payload"]), right)
    assert (stated["supersedes"], new["supersedes_id"]) == (old["number"], old["id"])
    for same in ("award_id", "from_day", "last_day", "zone"):
        assert new[same] == old[same]
    rows = await school.opened.pool.fetch("SELECT * FROM certificate ORDER BY serial")
    assert [row["status"] for row in rows] == ["superseded", "issued", "issued"]
    assert [row["serial"] for row in rows] == [1, 2, 3]
    assert rows[1]["id"] == bystander["id"]
    assert (await school.award_of(old["person_id"]))["state"] == "in_force"
    event = await school.row("SELECT * FROM status_event WHERE happened = 'superseded'")
    assert (event["reason"], event["decided_by"]) == (REASON["reason"], school.admin)


async def test_the_old_address_names_the_one_that_stands_however_often_it_was_corrected(
    school: ASchool, settle: Settle, client: Any
) -> None:
    old = await school.certified(settle)
    assert (await client.get(f"/verify/{old['verification_code']}")).json()["superseded_by"] is None
    for mend in (_confirmed_title, _other_signatory):
        await mend(school, client)
        standing = await school.certificate_of(old["person_id"])
        assert (await _correct(school, client, standing["id"])).status_code == 201
    await settle()
    new = await school.certificate_of(old["person_id"])
    told = (await client.get(f"/verify/{old['verification_code']}")).json()
    assert (told["standing"], told["superseded_by"]) == ("superseded", new["number"])
    assert told["certificate"] == json.loads(old["payload"])
    assert new["verification_code"] not in json.dumps(told)
    page = await client.get(f"/verify/{old['verification_code']}", headers={"Accept": "text/html"})
    assert new["number"] in page.text
    assert (await client.get(f"/verify/{new['verification_code']}")).json()["valid"] is True


async def test_where_nothing_else_would_be_stated_nothing_is_made(
    school: ASchool, settle: Settle, client: Any
) -> None:
    row = await school.certified(settle)
    await _renamed(school, row["person_id"])
    answer = await _correct(school, client, row["id"])
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/nothing_to_correct")
    assert (await school.certificate_of(row["person_id"]))["id"] == row["id"]
    assert await school.opened.pool.fetchval("SELECT last FROM number_counter") == 1


async def test_a_name_that_is_corrected_later_leaves_the_rest_corrected(
    school: ASchool, settle: Settle, client: Any
) -> None:
    row = await school.certified(settle)
    right = await _other_signatory(school, client)
    assert (await _correct(school, client, row["id"])).status_code == 201
    await _renamed(school, row["person_id"])
    answer = await client.post(
        "/api/v1/certificates/corrections",
        json={"person_id": str(row["person_id"]), **REASON},
        headers=school.headers,
    )
    assert answer.status_code == 201, answer.text
    stated = json.loads((await school.certificate_of(row["person_id"]))["payload"])
    assert (stated["holder"]["zh"], stated["signatories"]) == ("陳大民", right["signatories"])


@pytest.mark.parametrize("status", ["revoked", "void", "superseded"])
async def test_what_has_ended_is_not_printed_anew(
    school: ASchool, settle: Settle, client: Any, status: str
) -> None:
    row = await school.certified(settle)
    await school.opened.pool.execute("UPDATE certificate SET status = $1", status)
    await _other_title(school, client)
    answer = await _correct(school, client, row["id"])
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/certificate_status")
    assert await school.opened.pool.fetchval("SELECT count(*) FROM certificate") == 1


async def test_the_successor_of_a_suspended_one_is_suspended_and_can_be_reinstated(
    school: ASchool, settle: Settle, client: Any
) -> None:
    row = await school.certified(settle)
    path = "/api/v1/certificates/{}/{}"
    await client.post(path.format(row["id"], "suspension"), json=REASON, headers=school.headers)
    await _other_title(school, client)
    new = (await _correct(school, client, row["id"])).json()
    assert new["status"] == "suspended"
    back = await client.post(
        path.format(new["id"], "reinstatement"), json=REASON, headers=school.headers
    )
    assert back.json()["status"] == "issued"


async def test_a_record_with_a_fault_undoes_the_whole_act(
    school: ASchool, settle: Settle, client: Any
) -> None:
    row = await school.certified(settle)
    await school.opened.pool.execute("UPDATE course SET title_en = ''")
    answer = await _correct(school, client, row["id"])
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/certified/title_en"
    assert (await school.certificate_of(row["person_id"]))["status"] == "issued"
    assert await school.opened.pool.fetchval("SELECT last FROM number_counter") == 1


async def test_only_an_admin_corrects_and_only_what_there_is(
    school: ASchool, settle: Settle, client: Any
) -> None:
    row = await school.certified(settle)
    await _other_title(school, client)
    _, auditor = await somebody(school.opened, Role.AUDITOR)
    assert (await _correct(school, client, row["id"], **auditor)).status_code == 403
    assert (await _correct(school, client, new_id())).status_code == 404
    path = f"/api/v1/certificates/{row['id']}/correction"
    for body in ({}, {**REASON, "title_zh": "正名課程"}):
        answer = await client.post(path, json=body, headers=school.headers)
        assert answer.status_code == 422
    assert (await school.certificate_of(row["person_id"]))["id"] == row["id"]
