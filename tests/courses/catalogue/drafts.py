"""A draft of CPCS over HTTP, for the tests of the catalogue."""

from courses.catalogue.seed import load_catalogue
from lms.people.grants.roles import Role
from tests.builders.learning import SYSTEM
from tests.builders.people import somebody

COURSES = "/api/v1/courses"
COMPLETE = {
    "contact_minutes": 960,
    "fee_hkd_cents": 480000,
    "prerequisites": [],
    "validity": {"kind": "months", "months": 36},
    "components": [
        {"title_zh_hant": "筆試", "title_en": "Written", "weight": 2, "pass_mark_percent": 60},
        {"title_zh_hant": "實習", "title_en": "Practice", "weight": 1, "pass_mark_percent": 50},
    ],
}


def problem(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


def pointers(answer) -> list[str]:
    return [fault["pointer"] for fault in answer.json()["errors"]]


async def an_admin(opened):
    async with opened.works.write(SYSTEM) as work:
        await load_catalogue(work)
    return (await somebody(opened, Role.ADMIN))[1]


async def a_draft(client, admin, **fields) -> dict:
    body = {"effective_from": "2026-01-01"} | fields
    answer = await client.post(f"{COURSES}/CPCS/versions", json=body, headers=admin)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def an_open_version(client, admin) -> dict:
    await a_draft(client, admin, **COMPLETE)
    seen = admin | {"If-Match": '"1"'}
    answer = await client.post(f"{COURSES}/CPCS/versions/1/opening", headers=seen)
    assert answer.status_code == 200, answer.text
    return answer.json()
