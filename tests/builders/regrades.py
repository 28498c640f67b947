"""Regrades over the API: dry, proposed, approved."""

from typing import Any

from lms.app import Platform
from tests.builders.candidates import API, Client
from tests.builders.exams import ACandidate, AnExam

Headers = dict[str, str]
Marked = tuple[AnExam, list[ACandidate], Headers, Headers]
"""The exam, its candidates, who proposes and who decides."""


async def changed_keys(opened: Platform, change: dict[str, Any]) -> list[dict[str, Any]]:
    """The change for the question at position 4 of the second candidate's paper."""
    version_id = await opened.pool.fetchval(
        "SELECT i.question_version_id FROM attempt_item i JOIN attempt a ON a.id = i.attempt_id"
        " WHERE i.position = 4 ORDER BY a.id OFFSET 1 LIMIT 1"
    )
    return [{"question_version_id": str(version_id), **change}]


async def dry_run(
    client: Client, exam: AnExam, admin: Headers, keys: list[dict[str, Any]]
) -> dict[str, Any]:
    answer = await client.post(
        f"{API}/exams/{exam.exam_id}/regrades/dry-run", json={"key_changes": keys}, headers=admin
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def propose(
    client: Client, exam: AnExam, admin: Headers, keys: list[dict[str, Any]], digest: str
) -> Any:
    body = {"key_changes": keys, "digest": digest, "reason": "the key was wrong"}
    return await client.post(f"{API}/exams/{exam.exam_id}/regrades", json=body, headers=admin)


async def approve(client: Client, admin: Headers, proposal_id: str) -> Any:
    return await client.post(
        f"{API}/proposals/{proposal_id}/approval", json={"reason": "checked"}, headers=admin
    )
