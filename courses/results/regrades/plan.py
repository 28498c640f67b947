"""What new keys change, for whom: computed the same way by the dry run and for real. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

import msgspec

from courses.grading.marking import exact, mark
from courses.grading.rules import Graded, Key
from courses.papers.served import ServedQuestion
from courses.questions.kinds.kind import Answer, Scoring


@dataclass(frozen=True, slots=True)
class Standing:
    """What an attempt's result says."""

    earned: Fraction
    out_of: int
    passed: bool

    def plain(self) -> dict[str, Any]:
        return {"earned": exact(self.earned), "out_of": self.out_of, "passed": self.passed}


@dataclass(frozen=True, slots=True)
class MarkedAttempt:
    """An attempt that has been marked, with all that marking it again needs."""

    id: UUID
    exam_id: UUID
    enrolment_id: UUID
    person_id: UUID
    scoring: Scoring
    pass_basis_points: int
    questions: Sequence[ServedQuestion]
    answers: Mapping[int, Answer]
    standing: Standing
    released: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One attempt whose result becomes another."""

    attempt: MarkedAttempt
    graded: Graded
    after: Standing

    def plain(self) -> dict[str, Any]:
        return {
            "attempt_id": str(self.attempt.id),
            "exam_id": str(self.attempt.exam_id),
            "enrolment_id": str(self.attempt.enrolment_id),
            "person_id": str(self.attempt.person_id),
            "before": self.attempt.standing.plain(),
            "after": self.after.plain(),
        }


def changes(attempts: Sequence[MarkedAttempt], keys: Mapping[UUID, Key]) -> list[Change]:
    """Who changes under these keys, in the order of attempts.

    Raises:
        UngradableError: the keys leave an attempt without a question that counts.
    """
    found = []
    for attempt in attempts:
        graded = mark(
            attempt.questions,
            attempt.answers,
            keys,
            scoring=attempt.scoring,
            pass_basis_points=attempt.pass_basis_points,
        )
        after = Standing(graded.earned, graded.out_of, bool(graded.passed))
        if after != attempt.standing:
            found.append(Change(attempt, graded, after))
    return found


def digest(key_changes: Sequence[Mapping[str, Any]], plain: Sequence[Mapping[str, Any]]) -> str:
    """What the dry run and the real one have to agree on: the keys, and who changes how."""
    document = {"key_changes": list(key_changes), "changes": list(plain)}
    encoded = msgspec.json.encode(document, order="deterministic")
    return hashlib.sha256(encoded).hexdigest()
