"""The staff's lists of certificates and awards, and what is not a person's to change."""

from datetime import date
from typing import Any

import pytest

from certs.issuing.numbers.number import Kind, Number
from lms.kernel.ids import new_id
from tests.builders.certs import ASchool, Settle


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, 2),
        ({"kind": "person"}, 2),
        ({"kind": "centre"}, 0),
        ({"status": "issued"}, 2),
        ({"status": "revoked"}, 0),
        ({"limit": "1"}, 1),
    ],
)
async def test_certificates_are_found_by_what_they_are(
    school: ASchool, settle: Settle, client: Any, query: dict[str, str], expected: int
) -> None:
    for _ in range(2):
        await school.certified(settle)
    answer = await client.get("/api/v1/certificates", params=query, headers=school.headers)
    assert len(answer.json()["items"]) == expected
    assert (answer.json()["next_cursor"] is not None) == (query == {"limit": "1"})


async def test_one_is_found_by_its_number_or_its_holder(
    school: ASchool, settle: Settle, client: Any
) -> None:
    row = await school.certified(settle)
    await school.certified(settle)
    for query in ({"number": row["number"]}, {"person_id": str(row["person_id"])}):
        answer = await client.get("/api/v1/certificates", params=query, headers=school.headers)
        assert [item["id"] for item in answer.json()["items"]] == [str(row["id"])]


async def test_a_mistyped_number_is_told_from_one_that_nobody_holds(
    school: ASchool, client: Any
) -> None:
    async def asked(number: str) -> Any:
        query = {"number": number}
        return await client.get("/api/v1/certificates", params=query, headers=school.headers)

    nobodys = str(Number("APCSC", Kind.PERSON, 2026, 999_999))
    assert (await asked(nobodys)).json()["items"] == []
    answer = await asked(nobodys.replace("999-", "989-"))
    assert answer.status_code == 422
    [fault] = answer.json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/number", "certificate_number")
    assert "mistyped" in fault["detail"]


async def test_pages_follow_each_other_without_a_gap(
    school: ASchool, settle: Settle, client: Any
) -> None:
    for _ in range(5):
        await school.passing()
    await settle()
    for path in ("certificates", "awards"):
        seen: list[str] = []
        query: dict[str, str] = {"limit": "2"}
        while True:
            page = (
                await client.get(f"/api/v1/{path}", params=query, headers=school.headers)
            ).json()
            seen += [item["id"] for item in page["items"]]
            if page["next_cursor"] is None:
                break
            query["cursor"] = page["next_cursor"]
        assert len(seen) == len(set(seen)) == 5


async def test_awards_are_found_by_person_and_course(
    school: ASchool, settle: Settle, client: Any
) -> None:
    row = await school.certified(settle)
    await school.certified(settle)
    found = {}
    for name, query in {
        "person": {"person_id": str(row["person_id"])},
        "course": {"course_code": "CPCS"},
        "other": {"course_code": "CCCP"},
        "marked": {"result_withdrawn": "true"},
        "unmarked": {"result_withdrawn": "false"},
    }.items():
        answer = await client.get("/api/v1/awards", params=query, headers=school.headers)
        found[name] = len(answer.json()["items"])
    assert found == {"person": 1, "course": 2, "other": 0, "marked": 0, "unmarked": 2}


async def test_a_missing_certificate_is_not_there(school: ASchool, client: Any) -> None:
    for act in ("suspension", "revocation"):
        answer = await client.post(
            f"/api/v1/certificates/{new_id()}/{act}",
            json={"reason": "nothing there"},
            headers=school.headers,
        )
        assert answer.status_code == 404


async def test_nobody_is_certified_before_the_validity_is_set(school: ASchool, client: Any) -> None:
    await school.opened.pool.execute(
        "UPDATE course_version SET state = 'draft', validity_kind = 'unset', validity_months = NULL"
    )
    person_id = await school.learner()
    body = {
        "person_ids": [str(person_id)],
        "course_code": "CPCS",
        "version_id": str(school.version_id),
        "from_day": str(date(2026, 3, 2)),
        "ground": "paper exam of 28 February",
    }
    answer = await client.post("/api/v1/awards/without-result", json=body, headers=school.headers)
    assert [fault["code"] for fault in answer.json()["errors"]] == ["validity_unset"]
