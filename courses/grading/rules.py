"""Grading: a pure function of (paper, answers, keys). Exact: integers and fractions, no floats.

A regrade is this function again, over the stored paper and answers, with newer keys.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from courses.questions.effect import Effect
from courses.questions.kinds.kind import Answer, Json, Scoring
from courses.questions.kinds.registry import KINDS

BASIS_POINTS = 10_000


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a paper."""

    position: int
    question_version_id: UUID
    kind: str
    body: Json


@dataclass(frozen=True, slots=True)
class Paper:
    """What was served, and by which rules it is marked."""

    items: Sequence[Item]
    scoring: Scoring
    pass_basis_points: int


@dataclass(frozen=True, slots=True)
class Key:
    """One version of a question version's key."""

    number: int
    key: Json
    points: int
    effect: Effect = Effect.COUNTS


@dataclass(frozen=True, slots=True)
class ItemMark:
    """What one answer earned; `earned` None: a person has to mark it first."""

    position: int
    earned: Fraction | None
    out_of: int
    key_number: int


@dataclass(frozen=True, slots=True)
class Graded:
    """A marked paper. `passed` is None until every item is marked."""

    items: tuple[ItemMark, ...]
    earned: Fraction
    out_of: int
    passed: bool | None


class UngradableError(ValueError):
    """The paper cannot be marked: a key is missing, or nothing is left that counts."""


def grade(paper: Paper, answers: Mapping[int, Answer], keys: Mapping[UUID, Key]) -> Graded:
    """Mark a paper.

    Raises:
        UngradableError: a question has no key, or every question is excluded.
    """
    marks = tuple(
        _mark(item, answers.get(item.position), keys, paper.scoring) for item in paper.items
    )
    earned = sum((mark.earned for mark in marks if mark.earned is not None), Fraction(0))
    out_of = sum(mark.out_of for mark in marks)
    if out_of == 0:
        raise UngradableError("no question counts")
    complete = all(mark.earned is not None for mark in marks)
    passed = passes(earned, out_of, paper.pass_basis_points) if complete else None
    return Graded(marks, earned, out_of, passed)


def passes(earned: Fraction, out_of: int, pass_basis_points: int) -> bool:
    """The pass rule: at least so many hundredths of a percent of the points, exactly."""
    return BASIS_POINTS * earned >= pass_basis_points * out_of


def _mark(item: Item, answer: Answer, keys: Mapping[UUID, Key], scoring: Scoring) -> ItemMark:
    key = keys.get(item.question_version_id)
    if key is None:
        raise UngradableError(f"the question at {item.position} has no key")
    if key.effect is Effect.EXCLUDED:
        return ItemMark(item.position, Fraction(0), 0, key.number)
    if key.effect is Effect.GIVEN:
        return ItemMark(item.position, Fraction(key.points), key.points, key.number)
    share = KINDS[item.kind].share(item.body, key.key, answer, scoring)
    earned = None if share is None else share * key.points
    return ItemMark(item.position, earned, key.points, key.number)
