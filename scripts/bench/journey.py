"""The exam journey and the single save: CPU of app and PostgreSQL, beside the floor's."""

import asyncio
import statistics
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import httpx

from lms.app import Platform
from scripts.bench.processes import Served
from scripts.bench.rows import Row, against_floor
from tests.builders.exams import ACandidate, AnExam, a_candidate, an_exam

QUESTIONS = 40
CLIENTS = 8
ROUNDS = 6
JOURNEYS = 4
"""Journeys of each client in a round."""

SAVES = 600
Journey = Callable[[httpx.AsyncClient], Awaitable[None]]


async def measured(opened: Platform, product: Served, floor: Served) -> list[Row]:
    """Interleaved rounds of both, and the medians beside each other."""
    exam = await an_exam(opened, count=QUESTIONS, code="BENCH")
    waiting = [await a_candidate(opened, exam) for _ in range((ROUNDS + 1) * CLIENTS * JOURNEYS)]
    journeys: dict[str, list[float]] = {"product": [], "floor": []}
    saves: dict[str, list[float]] = {"product": [], "floor": []}
    for number in range(ROUNDS + 1):
        taken = [waiting.pop() for _ in range(CLIENTS * JOURNEYS)]
        ours = await _round(product, [_of_product(one, exam) for one in taken])
        theirs = await _round(floor, [_of_floor for _ in taken])
        save = await _saves(product, floor, await a_candidate(opened, exam), exam)
        if number:  # the first round warms up
            journeys["product"].append(ours)
            journeys["floor"].append(theirs)
            saves["product"].append(save[0])
            saves["floor"].append(save[1])
    return [
        _row("exam journey over HTTP, CPU of app + PostgreSQL", journeys, 2.2),
        _row("one answer save over HTTP, CPU of app + PostgreSQL", saves, 1.8),
    ]


def _row(name: str, found: dict[str, list[float]], most: float) -> Row:
    median = {who: statistics.median(values) * 1000 for who, values in found.items()}
    return against_floor(name, median["product"], median["floor"], "CPU-ms", most)


async def _round(served: Served, journeys: Sequence[Journey]) -> float:
    """CPU seconds of one journey, over a round by all clients at once."""
    before = served.cpu_seconds()
    limits = httpx.Limits(max_connections=CLIENTS)
    async with httpx.AsyncClient(base_url=served.url, limits=limits, timeout=60) as client:
        turns = asyncio.Semaphore(CLIENTS)

        async def go(journey: Journey) -> None:
            async with turns:
                await journey(client)

        await asyncio.gather(*(go(one) for one in journeys))
    return (served.cpu_seconds() - before) / len(journeys)


def _of_product(candidate: ACandidate, exam: AnExam) -> Journey:
    async def journey(client: httpx.AsyncClient) -> None:
        headers = candidate.headers
        body = {"sitting_id": str(exam.sitting_id)}
        attempt = _ok(await client.post("/api/v1/attempts", json=body, headers=headers))
        path = f"/api/v1/attempts/{attempt['id']}"
        _ok(await client.get(path, headers=headers))
        for item in attempt["items"]:
            answer = {"answer": item["body"]["options"][0]["id"], "revision": 0}
            _ok(
                await client.put(f"{path}/answers/{item['position']}", json=answer, headers=headers)
            )
        _ok(await client.post(f"{path}/submission", headers=headers))

    return journey


async def _of_floor(client: httpx.AsyncClient) -> None:
    attempt = _ok(await client.post("/attempts"))
    path = f"/attempts/{attempt['id']}"
    _ok(await client.get(path))
    for position in range(QUESTIONS):
        _ok(await client.put(f"{path}/answers/{position}", json={"answer": ["a"]}))
    _ok(await client.post(f"{path}/submission"))


async def _saves(
    product: Served, floor: Served, candidate: ACandidate, exam: AnExam
) -> tuple[float, float]:
    """CPU seconds of one save, product and floor, over many saves to one attempt each."""
    async with httpx.AsyncClient(timeout=60) as client:
        body = {"sitting_id": str(exam.sitting_id)}
        started = await client.post(
            f"{product.url}/api/v1/attempts", json=body, headers=candidate.headers
        )
        attempt = _ok(started)
        before = product.cpu_seconds()
        for number in range(SAVES):
            item = attempt["items"][number % QUESTIONS]
            options = item["body"]["options"]
            _ok(
                await client.put(
                    f"{product.url}/api/v1/attempts/{attempt['id']}/answers/{item['position']}",
                    json={
                        "answer": options[number // QUESTIONS % len(options)]["id"],
                        "revision": number // QUESTIONS,
                    },
                    headers=candidate.headers,
                )
            )
        ours = (product.cpu_seconds() - before) / SAVES
        plain = _ok(await client.post(f"{floor.url}/attempts"))
        before = floor.cpu_seconds()
        for number in range(SAVES):
            path = f"{floor.url}/attempts/{plain['id']}/answers/{number % QUESTIONS}"
            _ok(await client.put(path, json={"answer": ["abcd"[number // QUESTIONS % 4]]}))
        return ours, (floor.cpu_seconds() - before) / SAVES


def _ok(answer: httpx.Response) -> Any:
    answer.raise_for_status()
    return answer.json()
