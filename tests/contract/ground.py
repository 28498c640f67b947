"""Something of everything that has an id, and people of each kind to ask for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from httpx import Response

from lms.app import Platform
from lms.web.pages import wants_page
from tests.builders.candidates import begin
from tests.builders.exams import a_candidate, an_exam
from tests.builders.people import somebody
from tests.contract.estate import Client, Settle, an_estate

PROBLEM = "application/problem+json"
PAGE = "text/html; charset=utf-8"
TABLES = {
    "award": "award_id",
    "certificate": "certificate_id",
    "centre_decision": "decision_id",
    "proposal": "proposal_id",
    "question": "question_id",
}


@dataclass(frozen=True)
class Ground:
    """Ids of something of everything, and the headers of those who ask."""

    ids: Mapping[str, Any]
    headers: Mapping[str, dict[str, str]]


async def a_ground(opened: Platform, client: Client, settle: Settle) -> Ground:
    """Two companies, an exam that somebody sits, and a learner who owns nothing."""
    estate = await an_estate(opened, client, settle)
    exam = await an_exam(opened)
    candidate = await a_candidate(opened, exam)
    attempt = await begin(client, candidate, exam)
    flagged = await client.post(
        f"/api/v1/attempts/{attempt['id']}/flags",
        json={"kind": "monitoring", "reason": "two faces in the picture"},
        headers=estate.school.headers,
    )
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
        "flag_id": flagged.json()["id"],
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
        "learner": (await somebody(opened))[1],
        "anonymous": {},
    }
    return Ground(ids, headers)


def fault(what: str, answer: Response) -> str | None:
    """What an answer does that none may do."""
    if answer.status_code >= 500:
        return f"{what}: {answer.status_code}"
    asked = answer.request
    page = asked.url.path.startswith("/verify/") and wants_page(asked.headers.get("accept", ""))
    kind = PAGE if page else PROBLEM
    if answer.status_code >= 400 and answer.headers["content-type"] != kind:
        return f"{what}: {answer.status_code} as {answer.headers['content-type']}"
    return None
