"""An attempt from its start to its result, over the API on real PostgreSQL."""

from typing import Any

from litestar import Litestar
from litestar.testing import AsyncTestClient

from lms.app import Platform
from tests.builders.exams import CANARY, ACandidate, a_candidate, an_exam

Client = AsyncTestClient[Litestar]
API = "/api/v1"


async def begin(client: Client, candidate: ACandidate, sitting_id: Any) -> dict[str, Any]:
    body = {"sitting_id": str(sitting_id)}
    answer = await client.post(f"{API}/attempts", json=body, headers=candidate.headers)
    assert answer.status_code == 201, answer.text
    attempt: dict[str, Any] = answer.json()
    return attempt


def right_option(item: dict[str, Any]) -> str:
    [found] = [one["id"] for one in item["body"]["options"] if one["text"]["en"].startswith("right")]
    return str(found)


async def test_a_learner_sits_an_exam_and_passes(client: Client, opened: Platform) -> None:
    exam = await an_exam(opened)
    candidate = await a_candidate(opened, exam)
    attempt = await begin(client, candidate, exam.sitting_id)
    assert [item["position"] for item in attempt["items"]] == [1, 2, 3, 4]
    for item in attempt["items"]:
        saved = await client.put(
            f"{API}/attempts/{attempt['id']}/answers/{item['position']}",
            json={"answer": right_option(item), "revision": 0},
            headers=candidate.headers,
        )
        assert (saved.status_code, saved.json()) == (200, {"revision": 1, "repeated": False})
    sealed = await client.post(
        f"{API}/attempts/{attempt['id']}/submission", headers=candidate.headers
    )
    assert (sealed.status_code, sealed.json()["state"]) == (200, "sealed")
    results = (await client.get(f"{API}/me/results", headers=candidate.headers)).json()
    [component], [course] = results["components"], results["courses"]
    assert (component["points"], component["out_of"], component["passed"]) == ("4", 4, True)
    assert (course["passed"], course["percent"]) == (True, "100.00")
    assert CANARY not in str(results)
