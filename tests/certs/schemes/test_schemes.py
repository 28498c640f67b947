"""Schemes: versions that are approved, never edited."""

from typing import Any

import pytest
from asyncpg.exceptions import RestrictViolationError

from lms.people.grants.roles import Role
from tests.builders.certs import ASchool, Settle, a_school
from tests.builders.people import somebody

SIGNATORY = {"name": {"en": "Jane Wong"}, "title": {"zh": "主席", "en": "Chairman"}}


def _body(**changes: Any) -> dict[str, Any]:
    return {"automatic": True, "signatories": [SIGNATORY], "reason": "board of 1 March"} | changes


async def _approve(school: ASchool, client: Any, path: str, body: dict[str, Any]) -> Any:
    return await client.post(f"/api/v1/schemes/{path}", json=body, headers=school.headers)


async def test_an_approved_rule_lets_passes_become_certificates(
    opened: Any, settle: Settle, client: Any
) -> None:
    school = await a_school(opened, scheme=False)
    answer = await _approve(school, client, "courses/CPCS", _body())
    assert (answer.status_code, answer.json()["version"]) == (201, 1)
    assert answer.json()["approved_by"] == str(school.admin)
    assert (await school.certified(settle))["serial"] == 1


async def test_a_new_version_holds_from_then_on_and_old_awards_keep_theirs(
    school: ASchool, settle: Settle, client: Any
) -> None:
    first = await school.certified(settle)
    answer = await _approve(school, client, "courses/CPCS", _body(signatories=[]))
    assert answer.json()["version"] == 2
    second = await school.certified(settle)
    versions = [
        (await school.award_of(row["person_id"]))["scheme_version"] for row in (first, second)
    ]
    assert versions == [1, 2]


async def test_a_version_is_never_edited(school: ASchool) -> None:
    with pytest.raises(RestrictViolationError):
        await school.opened.pool.execute("UPDATE scheme SET automatic = false")


async def test_the_centre_certificates_english_name_is_the_operators(
    school: ASchool, client: Any
) -> None:
    body = {"title_en": "Quality Centre", "title_en_confirmed": True, "reason": "board of 1 March"}
    answer = await _approve(school, client, "centre", body)
    assert answer.status_code == 201, answer.text
    assert answer.json()["title_zh"] == "優質顧客專員中心證書"
    listed = await client.get("/api/v1/schemes", headers=school.headers)
    assert [row["kind"] for row in listed.json()["items"]] == ["centre", "course"]


async def test_every_fault_of_a_scheme_is_told(school: ASchool, client: Any) -> None:
    nameless = {"name": {}, "title": {"en": ""}}
    answer = await _approve(
        school, client, "courses/CPCS", _body(signatories=[nameless], automatic="yes")
    )
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [
        "/automatic",
        "/signatories/0/name",
        "/signatories/0/title/en",
    ]


async def test_what_cannot_be_printed_is_refused(school: ASchool, client: Any) -> None:
    for text in ("line\nbreak", "nothing\x00there"):
        signatory = {"name": {"en": text}, "title": {"en": "Chair"}}
        answer = await _approve(school, client, "courses/CPCS", _body(signatories=[signatory]))
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/signatories/0/name/en"


async def test_an_unknown_course_has_no_scheme(school: ASchool, client: Any) -> None:
    assert (await _approve(school, client, "courses/NONE", _body())).status_code == 404


async def test_only_admins_approve(school: ASchool, client: Any) -> None:
    for role in (None, Role.TRAINER, Role.AUDITOR):
        _, headers = await somebody(school.opened, role)
        answer = await client.post("/api/v1/schemes/courses/CPCS", json=_body(), headers=headers)
        assert answer.status_code == 403


async def test_a_cursor_that_we_did_not_make_is_refused(school: ASchool, client: Any) -> None:
    paths = ("schemes", "awards", "award-candidates", "certificates", "certificate-orders")
    for path in paths:
        answer = await client.get(f"/api/v1/{path}?cursor=WyJ4Il0", headers=school.headers)
        assert (path, answer.status_code) == (path, 422)
