"""What the calls of an attempt need beside their statement; made once in a process.

Its memories hold no right: whose attempt it is, its state, its deadline, and whether the person is
active and signed in are confirmed by each call's own statement.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
from litestar import Request
from litestar.datastructures import State
from litestar.di import Provide

from courses.papers.remembered import Remembered
from courses.papers.served import ServedQuestion, ServedQuestions
from lms.kernel.clock import Clock
from lms.people.sessions.claims import Claims

PAPER = """
    SELECT a.person_id, array_agg(i.question_version_id ORDER BY i.position) AS version_ids
    FROM attempt AS a JOIN attempt_item AS i ON i.attempt_id = a.id
    WHERE a.id = $1 GROUP BY a.id
"""


@dataclass(frozen=True, slots=True)
class ServedPaper:
    """Whose attempt, and its questions in the order of their positions, from 1."""

    person_id: UUID
    questions: tuple[ServedQuestion, ...]

    def at(self, position: int) -> ServedQuestion | None:
        """The question at a position, if there is one."""
        return self.questions[position - 1] if 1 <= position <= len(self.questions) else None


class Desk:
    """One process's way to attempts: the pool, the clock and the papers that it has seen."""

    def __init__(
        self, pool: asyncpg.Pool, clock: Clock, served: ServedQuestions, most_papers: int = 20_000
    ) -> None:
        self.pool = pool
        self.clock = clock
        self.served = served
        self._papers: Remembered[UUID, ServedPaper] = Remembered(most_papers)

    async def paper(self, attempt_id: UUID) -> ServedPaper | None:
        """An attempt's paper, or None where there is no such attempt."""
        paper = self._papers.find(attempt_id)
        if paper is None:
            row = await self.pool.fetchrow(PAPER, attempt_id)
            if row is None:
                return None
            paper = await self.keep(attempt_id, row["person_id"], row["version_ids"])
        return paper

    async def keep(self, attempt_id: UUID, person_id: UUID, version_ids: list[UUID]) -> ServedPaper:
        """Note a paper that was just written or read."""
        paper = self._papers.find(attempt_id)
        if paper is None:
            questions = await self.served.questions(self.pool, version_ids)
            paper = ServedPaper(person_id, questions)
            self._papers.keep(attempt_id, paper)
        return paper


@dataclass(frozen=True, slots=True)
class Seat:
    """What a hot route is handed: the desk, and who says to be sitting at it."""

    desk: Desk
    claims: Claims


async def provide_seat(request: Request[Any, Any, Any]) -> Seat:
    """The desk and the token's claims; a hot statement confirms the rest.

    One dependency, since the framework starts tasks for two.

    Raises:
        Unauthenticated: there is no token of ours.
    """
    state = request.app.state
    claims = await state.platform.people.authentication.claims_of(
        request.headers.get("authorization")
    )
    return Seat(desk_of(state), claims)


def desk_of(state: State) -> Desk:
    """This process's desk, made at the first attempt."""
    if "attempt_desk" not in state:
        works = state.platform.works
        state.attempt_desk = Desk(works.pool, works.clock, ServedQuestions())
    desk: Desk = state.attempt_desk
    return desk


HOT_DEPENDENCIES = {"seat": Provide(provide_seat)}
