"""The door for kinds that a person marks: sealed and kept, with no result before the marks."""

# ruff: noqa: ARG002 - every kind is asked alike

from fractions import Fraction
from typing import Any

import pytest

from courses.questions.kinds.kind import Candidate, Json, Scoring
from courses.questions.kinds.registry import KINDS
from lms.app import Platform
from lms.kernel.problems import Fault
from tests.builders.candidates import Client, begin, results, save, submit
from tests.builders.exams import a_candidate, an_exam


class Essay:
    """A kind beside the ones of the house: any text, marked by a person."""

    name = "single_choice"

    def faults(self, body: Json, key: Json) -> list[Fault]:
        return []

    def candidate(self, body: Json, salt: bytes) -> Candidate:
        return self  # type: ignore[return-value]  # one object is enough here

    def shown(self, arrange: Any) -> Json:
        return {"words_most": 300}

    def stored(self, answer: Any) -> Any:
        return answer

    def restored(self, stored: Any) -> Any:
        return stored

    def share(self, body: Json, key: Json, answer: Any, scoring: Scoring) -> Fraction | None:
        return Fraction(0) if answer is None else None


async def test_an_essay_waits_for_its_marks(
    client: Client, opened: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    exam = await an_exam(opened)
    monkeypatch.setitem(KINDS, "single_choice", Essay())
    candidate = await a_candidate(opened, exam)
    attempt = await begin(client, candidate, exam)
    assert attempt["items"][0]["body"] == {"words_most": 300}
    saved = await save(client, candidate, attempt, 1, "First I would listen.")
    assert saved.status_code == 200
    assert (await submit(client, candidate, attempt)).status_code == 200
    row = await opened.pool.fetchrow(
        "SELECT a.state, g.passed, g.items->0->>'earned' AS earned FROM attempt a"
        " JOIN grading g ON g.attempt_id = a.id"
    )
    assert tuple(row) == ("sealed", None, None)
    assert await results(client, candidate) == {"components": [], "courses": []}
