"""Single and multiple choice: what authors, candidates and graders see of them."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.questions.kinds.kind import AnswerFaultsError, Scoring
from courses.questions.kinds.registry import KINDS

SINGLE = KINDS["single_choice"]
MULTIPLE = KINDS["multiple_choice"]


def a_body(*ids: str, pinned: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    options = [
        {
            "id": name,
            "text": {"en": f"option {name}"},
            **({"pinned": True} if name in pinned else {}),
        }
        for name in ids
    ]
    return {"options": options, **more}


def pointers(faults: list[Any]) -> set[tuple[str, str]]:
    return {(fault.pointer, fault.code) for fault in faults}


def test_a_sound_question_has_no_faults() -> None:
    assert SINGLE.faults(a_body("a", "b"), {"correct": "a"}) == []
    assert MULTIPLE.faults(a_body("a", "b", "c", choose=2), {"correct": ["a", "c"]}) == []


def test_all_faults_of_body_and_key_are_told_at_once() -> None:
    body = {"options": [{"id": "a", "text": {}}, {"id": "a", "text": {"en": "x"}, "right": True}]}
    assert pointers(SINGLE.faults(body, {"correct": "z", "why": 1})) == {
        ("/body/options/0/text", "value_error"),
        ("/body/options/1/right", "extra_forbidden"),
        ("/body/options/1/id", "doubled"),
        ("/key/why", "extra_forbidden"),
        ("/key/correct", "unknown_option"),
    }


def test_a_multiple_choice_key_names_each_known_option_once() -> None:
    faults = MULTIPLE.faults(a_body("a", "b", "c", choose=3), {"correct": ["a", "a", "x"]})
    assert pointers(faults) == {
        ("/key/correct/1", "doubled"),
        ("/key/correct/2", "unknown_option"),
        ("/body/choose", "choose"),
    }


def test_an_id_is_taken_as_it_stands() -> None:
    assert pointers(SINGLE.faults(a_body("a ", "b"), {"correct": "a "})) == {
        ("/body/options/0/id", "string_pattern_mismatch"),
        ("/key/correct", "string_pattern_mismatch"),
    }


def test_whoever_sends_a_million_of_anything_gets_one_fault() -> None:
    many = ["a"] * 1_000_000
    body = a_body("a", "b")
    crowded = {"options": body["options"][:1] * 1_000_000}
    assert pointers(MULTIPLE.faults(body, {"correct": many})) == {("/key/correct", "too_long")}
    found = pointers(SINGLE.faults(crowded, {"correct": "a"}))
    assert ("/body/options", "too_long") in found
    assert len(found) < 20
    with pytest.raises(AnswerFaultsError) as caught:
        MULTIPLE.candidate(body, b"salt").stored(many)
    assert pointers(list(caught.value.faults)) == {("", "too_long")}


@pytest.mark.parametrize("body", [{}, {"options": 3}, {"options": [1, None]}, {"options": []}])
def test_an_unreadable_body_is_a_fault_and_no_crash(body: dict[str, Any]) -> None:
    assert SINGLE.faults(body, {"correct": "a"})
    assert MULTIPLE.faults(body, {"correct": 7})


def test_candidates_see_neither_the_authors_ids_nor_unknown_fields() -> None:
    body = a_body("right", "wrong", "none", pinned=("none",))
    shown = SINGLE.candidate(body, b"salt").shown(sorted)
    assert set(shown) == {"options"}
    assert all(set(option) == {"id", "text"} for option in shown["options"])
    assert not {"right", "wrong", "none"} & {option["id"] for option in shown["options"]}
    assert shown["options"][-1]["text"] == {"en": "option none"}


@given(st.permutations(["a", "b", "c", "d"]), st.sets(st.sampled_from("abcd"), min_size=1))
def test_an_answer_survives_the_way_through_aliases(order: list[str], chosen: set[str]) -> None:
    candidate = MULTIPLE.candidate(a_body(*order), b"version")
    sent = candidate.restored(sorted(chosen))
    assert candidate.stored(sent) == sorted(chosen)


@pytest.mark.parametrize("answer", ["a", 1, [], {}, True, ["a"]])
def test_an_authors_id_or_another_shape_is_no_single_choice_answer(answer: Any) -> None:
    with pytest.raises(AnswerFaultsError) as caught:
        SINGLE.candidate(a_body("a", "b"), b"s").stored(answer)
    assert [fault.pointer for fault in caught.value.faults] == [""]


def test_each_unknown_choice_is_pointed_at() -> None:
    candidate = MULTIPLE.candidate(a_body("a", "b"), b"s")
    known = candidate.restored(["a"])[0]
    with pytest.raises(AnswerFaultsError) as caught:
        candidate.stored([known, "x", 3])
    assert [fault.pointer for fault in caught.value.faults] == ["/1", "/2"]
    with pytest.raises(AnswerFaultsError):
        candidate.stored([known, known])
    with pytest.raises(AnswerFaultsError):
        candidate.stored("x")


def test_an_answer_can_be_taken_back() -> None:
    assert SINGLE.candidate(a_body("a", "b"), b"s").stored(None) is None
    assert MULTIPLE.candidate(a_body("a", "b"), b"s").stored([]) is None
    assert MULTIPLE.candidate(a_body("a", "b"), b"s").restored(None) is None


@pytest.mark.parametrize(
    ("chosen", "shares"),
    [
        (None, (0, 0, 0)),
        (["a", "b"], (1, 1, 1)),
        (["a"], (0, Fraction(1, 2), Fraction(3, 4))),
        (["a", "c"], (0, 0, Fraction(1, 2))),
        (["c", "d"], (0, 0, 0)),
        (["a", "b", "c"], (0, Fraction(1, 2), Fraction(3, 4))),
    ],
)
def test_partial_credit_is_the_exams_policy(chosen: Any, shares: tuple[Fraction, ...]) -> None:
    body, key = a_body("a", "b", "c", "d"), {"correct": ["a", "b"]}
    given = tuple(MULTIPLE.share(body, key, chosen, scoring) for scoring in Scoring)
    assert given == shares


def test_single_choice_is_right_or_wrong() -> None:
    body, key = a_body("a", "b"), {"correct": "a"}
    marks = [SINGLE.share(body, key, given, Scoring.ALL_OR_NOTHING) for given in ("a", "b", None)]
    assert marks == [1, 0, 0]
