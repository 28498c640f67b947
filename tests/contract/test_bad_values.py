"""Nothing that is sent makes the server stumble: no 5xx, and every error is a problem document."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from httpx import Response
from litestar import Litestar

from lms.app import Platform
from tests.builders.candidates import begin
from tests.builders.exams import a_candidate, an_exam
from tests.contract.estate import Client, Settle, an_estate
from tests.contract.shots import KINDS, Shot

PROBLEM = "application/problem+json"
TABLES = {
    "certificate": "certificate_id",
    "centre_decision": "decision_id",
    "proposal": "proposal_id",
    "question": "question_id",
}


@dataclass(frozen=True)
class Ground:
    """Ids of something of everything, and the headers of an admin, a manager and a candidate."""

    ids: Mapping[str, Any]
    headers: Mapping[str, dict[str, str]]


@pytest.fixture
async def ground(opened: Platform, client: Client, settle: Settle) -> Ground:
    estate = await an_estate(opened, client, settle)
    exam = await an_exam(opened)
    candidate = await a_candidate(opened, exam)
    attempt = await begin(client, candidate, exam)
    found = {
        name: await opened.pool.fetchval(f"SELECT id FROM {table} ORDER BY id LIMIT 1")  # noqa: S608 - a constant
        for table, name in TABLES.items()
    }
    ids = {
        **{name: one for name, one in found.items() if one is not None},
        **estate.mine.ids,
        "attempt_id": attempt["id"],
        "bank_id": exam.bank_id,
        "code": "TEST",
        "component_id": exam.component_id,
        "course_code": "TEST",
        "course_id": exam.course_id,
        "enrolment_id": candidate.enrolment_id,
        "exam_id": exam.exam_id,
        "handler": "notify.on_link_made",
        "number": 1,
        "position": 1,
        "sitting_id": exam.sitting_id,
        "version_id": exam.version_id,
    }
    headers = {
        "admin": estate.school.headers,
        "manager": estate.mine.manager,
        "candidate": candidate.headers,
    }
    return Ground(ids, headers)


async def fire(client: Client, headers: dict[str, str], one: Shot) -> Response:
    return await client.request(
        one.method,
        one.path,
        params=one.params or None,
        content=one.content,
        headers={name: value.encode() for name, value in headers.items()} | one.headers,
    )


def fault(what: str, answer: Response) -> str | None:
    """What an answer does that none may do."""
    if answer.status_code >= 500:
        return f"{what}: {answer.status_code}"
    if answer.status_code >= 400 and answer.headers["content-type"] != PROBLEM:
        return f"{what}: {answer.status_code} as {answer.headers['content-type']}"
    return None


async def stumbles(
    app: Litestar, client: Client, ground: Ground, kind: str, who: str, one_of: int
) -> list[str]:
    found = []
    for one in KINDS[kind](app, ground.ids):
        if one.within(one_of):
            answer = await fire(client, ground.headers[who], one)
            found.append(fault(one.what, answer))
    still = await client.get("/api/v1/me", headers=ground.headers[who])
    assert still.status_code == 200, "something ended the session: the rest was sent by nobody"
    return [one for one in found if one is not None]


async def test_the_server_stumbles_over_nothing(
    app: Litestar, client: Client, ground: Ground
) -> None:
    """A sample, always the same, of what `make soak` sends whole."""
    found = []
    for kind in KINDS:
        found += await stumbles(app, client, ground, kind, "admin", 60)
    assert not found, "\n".join(found)


@pytest.mark.soak
@pytest.mark.parametrize("who", ["admin", "manager", "candidate"])
@pytest.mark.parametrize("kind", KINDS)
async def test_the_server_stumbles_over_nothing_of_all(
    app: Litestar, client: Client, ground: Ground, kind: str, who: str
) -> None:
    found = await stumbles(app, client, ground, kind, who, 1)
    assert not found, "\n".join(found)
