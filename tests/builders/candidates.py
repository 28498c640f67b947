"""What candidates do over the API: begin, answer, submit, look."""

from typing import Any
from uuid import UUID

from httpx import Response
from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.builders.exams import ACandidate, AnExam

Client = AsyncTestClient[Litestar]
API = "/api/v1"


async def start(client: Client, candidate: ACandidate, sitting_id: UUID) -> Response:
    """Ask to begin in a sitting."""
    body = {"sitting_id": str(sitting_id)}
    return await client.post(f"{API}/attempts", json=body, headers=candidate.headers)


async def begin(client: Client, candidate: ACandidate, exam: AnExam) -> dict[str, Any]:
    """Begin, which has to succeed; answers the attempt."""
    answer = await start(client, candidate, exam.sitting_id)
    assert answer.status_code == 201, answer.text
    attempt: dict[str, Any] = answer.json()
    return attempt


async def save(
    client: Client,
    candidate: ACandidate,
    attempt: dict[str, Any],
    position: int,
    answer: Any,
    revision: int = 0,
) -> Response:
    """Save one answer."""
    return await client.put(
        f"{API}/attempts/{attempt['id']}/answers/{position}",
        json={"answer": answer, "revision": revision},
        headers=candidate.headers,
    )


async def submit(client: Client, candidate: ACandidate, attempt: dict[str, Any]) -> Response:
    """Submit the attempt."""
    url = f"{API}/attempts/{attempt['id']}/submission"
    return await client.post(url, headers=candidate.headers)


async def read(client: Client, candidate: ACandidate, attempt: dict[str, Any]) -> Response:
    """Read the attempt as it is now."""
    return await client.get(f"{API}/attempts/{attempt['id']}", headers=candidate.headers)


async def results(client: Client, candidate: ACandidate) -> dict[str, Any]:
    """One's released results."""
    answer = await client.get(f"{API}/me/results", headers=candidate.headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def problem(answer: Response) -> tuple[int, str]:
    """A refusal's status and code."""
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


def right(item: dict[str, Any]) -> str:
    """The right option of a question of `a_question`, by its text."""
    [found] = [
        one["id"] for one in item["body"]["options"] if one["text"]["en"].startswith("right")
    ]
    return str(found)


def wrong(item: dict[str, Any]) -> str:
    """An option that is not right."""
    return next(
        str(one["id"]) for one in item["body"]["options"] if one["text"]["en"].startswith("wrong")
    )


async def sit(client: Client, candidate: ACandidate, exam: AnExam, rights: int) -> dict[str, Any]:
    """Begin, answer that many questions rightly and the others wrongly, submit."""
    attempt = await begin(client, candidate, exam)
    for item in attempt["items"]:
        chosen = right(item) if item["position"] <= rights else wrong(item)
        saved = await save(client, candidate, attempt, item["position"], chosen)
        assert saved.status_code == 200, saved.text
    sealed = await submit(client, candidate, attempt)
    assert sealed.status_code == 200, sealed.text
    return attempt
