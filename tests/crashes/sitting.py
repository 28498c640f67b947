"""A candidate's client: saves answers in a loop, asks again when nobody answers, submits at last.

It keeps what was acknowledged; the verdict compares that with what is stored.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

import httpx

from tests.builders.candidates import API, right, wrong
from tests.builders.exams import CANARY
from tests.crashes.exam_room import Candidate

ASK_AGAIN_AFTER = (0.1, 0.7)
PAUSE = (0.1, 0.6)


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A save that was answered with 200; `stored` is the answer in the author's names."""

    position: int
    revision: int
    answer: str
    stored: str


@dataclass
class Hall:
    """What all candidates share: the way to the server, their tokens, how far the crashes are."""

    http: httpx.AsyncClient
    tokens: dict[UUID, str]
    sitting_id: UUID
    progress: float = 0.0
    acknowledged: int = 0
    asked_again: Counter[str] = field(default_factory=Counter)
    surprises: list[str] = field(default_factory=list)


class Sitting:
    """One candidate at their attempt."""

    def __init__(self, hall: Hall, candidate: Candidate, turn: float, random: Random) -> None:
        """`turn`: submits when the crashes are this far, from 0 to 1."""
        self.hall = hall
        self.candidate = candidate
        self.attempt: dict[str, Any] = {}
        self.saves: list[Acknowledged] = []
        self.newest: dict[int, Acknowledged] = {}
        self._turn = turn
        self._random = random

    async def run(self) -> None:
        """From the start to the submission, whatever crashes meanwhile."""
        body = {"sitting_id": str(self.hall.sitting_id)}
        self.attempt = await self._told("POST", "/attempts", body)
        items = self.attempt["items"]
        while self.hall.progress < self._turn:
            item = self._random.choice(items)
            option = self._random.choice(item["body"]["options"])
            await self._save(item, option["id"])
            await asyncio.sleep(self._random.uniform(*PAUSE))
        for item in items:
            await self._save(item, (right if self.candidate.passes else wrong)(item))
        await self._told("POST", f"/attempts/{self.attempt['id']}/submission")

    async def read(self) -> dict[str, Any]:
        """The attempt as its candidate sees it now."""
        return await self._told("GET", f"/attempts/{self.attempt['id']}")

    async def _save(self, item: dict[str, Any], answer: str) -> None:
        position = item["position"]
        seen = self.newest[position].revision if position in self.newest else 0
        path = f"/attempts/{self.attempt['id']}/answers/{position}"
        told = await self._told("PUT", path, {"answer": answer, "revision": seen})
        if told["revision"] != seen + 1:
            self.hall.surprises.append(f"{path}: saw {seen}, told {told}")
        saved = Acknowledged(position, told["revision"], answer, _stored(item, answer))
        self.saves.append(saved)
        self.hall.acknowledged += 1
        self.newest[position] = saved

    async def _told(
        self, method: str, path: str, body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """The answer of a success; the same request again for as long as nobody can answer.

        A repeat of what had been done is the same success, so nothing else is expected.
        """
        while True:
            headers = {"Authorization": f"Bearer {self.hall.tokens[self.candidate.person_id]}"}
            try:
                answer = await self.hall.http.request(
                    method, f"{API}{path}", json=body, headers=headers
                )
            except httpx.TransportError as error:
                self.hall.asked_again[type(error).__name__] += 1
            else:
                if answer.is_success:
                    told: dict[str, Any] = answer.json()
                    return told
                self.hall.asked_again[str(answer.status_code)] += 1
                if answer.status_code not in {401, 503}:  # the token ended; the database is away
                    self.hall.surprises.append(f"{method} {path}: {answer.text}")
            await asyncio.sleep(self._random.uniform(*ASK_AGAIN_AFTER))


def _stored(item: dict[str, Any], option_id: str) -> str:
    """An option's id in the author's names, which its text in `a_question` tells."""
    [text] = [one["text"]["en"] for one in item["body"]["options"] if one["id"] == option_id]
    return CANARY if text.startswith("right") else str(text.split()[1])
