import pytest

from lms.people.grants.roles import Role
from tests.builders.people import somebody

CURSOR_BEYOND = "WzEyMzQ1Njc4OTAxMjMsICIwMTkwMDAwMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDEiXQ"


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/courses/%00",
        "/api/v1/courses/TEST/versions/99999999999999",
        "/api/v1/courses/TEST/versions/-99999999999999999999999",
        f"/api/v1/courses?cursor={CURSOR_BEYOND}",
    ],
)
async def test_a_value_that_no_column_holds_is_the_clients_fault(opened, client, path):
    _, headers = await somebody(opened, Role.ADMIN)
    answer = await client.get(path, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "unstorable"


async def test_a_nul_in_a_text_is_refused(opened, client):
    _, headers = await somebody(opened)
    body = {"course_code": "TE\x00"}
    answer = await client.post("/api/v1/me/enrolments", json=body, headers=headers)
    assert answer.status_code == 422


async def test_a_body_that_is_no_text_cannot_be_read(opened, client):
    _, headers = await somebody(opened)
    headers |= {"Content-Type": "application/json"}
    body = b'{"course_code": "\xed\xa0\x80"}'
    answer = await client.post("/api/v1/me/enrolments", content=body, headers=headers)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
