"""Grading is exact and a pure function."""

from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.grading.rules import Item, Key, Paper, UngradableError, grade, passes
from courses.questions.effect import Effect
from courses.questions.kinds.kind import Scoring

OPTIONS = {"options": [{"id": name, "text": {"en": name}} for name in "abcd"]}


def a_paper(count: int, *, kind: str = "single_choice", pass_at: int = 5000) -> Paper:
    items = [Item(n, UUID(int=n), kind, OPTIONS) for n in range(1, count + 1)]
    return Paper(items, Scoring.RIGHT_MINUS_WRONG, pass_at)


def keys(count: int, key: Any = "a", points: int = 1) -> dict[UUID, Key]:
    return {UUID(int=n): Key(1, {"correct": key}, points) for n in range(1, count + 1)}


def test_thirds_add_up_exactly() -> None:
    paper = a_paper(3, kind="multiple_choice", pass_at=3334)
    answers = {n: ["a"] for n in (1, 2, 3)}
    graded = grade(paper, answers, keys(3, ["a", "b", "c"]))
    assert (graded.earned, graded.out_of, graded.passed) == (Fraction(1), 3, False)
    third = Paper(paper.items, paper.scoring, 3333)
    assert grade(third, answers, keys(3, ["a", "b", "c"])).passed is True


@pytest.mark.parametrize(
    ("earned", "out_of", "pass_at", "passed"),
    [
        (6, 10, 6000, True),
        (59, 100, 6000, False),
        (5999, 10000, 6000, False),
        (0, 5, 0, True),
        (69, 99, 6970, False),
    ],
)
def test_the_pass_rule_never_rounds(earned: int, out_of: int, pass_at: int, passed: bool) -> None:
    assert passes(Fraction(earned), out_of, pass_at) is passed


def test_unanswered_questions_earn_nothing_and_count() -> None:
    graded = grade(a_paper(4), {1: "a", 2: "b"}, keys(4))
    assert (graded.earned, graded.out_of, graded.passed) == (1, 4, False)


def test_a_dropped_question_counts_for_nobody_and_a_given_one_for_everybody() -> None:
    dropped = keys(2) | {UUID(int=1): Key(2, {"correct": "a"}, 3, Effect.EXCLUDED)}
    assert grade(a_paper(2), {2: "a"}, dropped).out_of == 1
    given = keys(2) | {UUID(int=1): Key(2, {"correct": "a"}, 3, Effect.GIVEN)}
    graded = grade(a_paper(2), {}, given)
    assert (graded.earned, graded.out_of, graded.items[0].key_number) == (3, 4, 2)


def test_a_paper_without_keys_or_without_questions_cannot_be_marked() -> None:
    with pytest.raises(UngradableError):
        grade(a_paper(2), {}, keys(1))
    with pytest.raises(UngradableError):
        grade(a_paper(1), {}, {UUID(int=1): Key(1, {}, 1, Effect.EXCLUDED)})


@given(st.dictionaries(st.integers(1, 6), st.sets(st.sampled_from("abcd"), min_size=1).map(sorted)))
def test_grading_again_gives_the_same(answers: dict[int, Any]) -> None:
    paper, key = a_paper(6, kind="multiple_choice"), keys(6, ["a", "c"], points=3)
    first = grade(paper, answers, key)
    assert first == grade(paper, dict(reversed(answers.items())), key)
    assert 0 <= first.earned <= first.out_of == 18
    assert first.earned == sum(mark.earned or 0 for mark in first.items)


@given(st.integers(0, 40), st.integers(0, 10_000))
def test_one_more_right_answer_never_turns_a_pass_into_a_fail(right: int, pass_at: int) -> None:
    paper, key = a_paper(41, pass_at=pass_at), keys(41)
    fewer = grade(paper, dict.fromkeys(range(1, right + 1), "a"), key)
    more = grade(paper, dict.fromkeys(range(1, right + 2), "a"), key)
    assert more.earned == fewer.earned + 1
    assert not (fewer.passed and not more.passed)
