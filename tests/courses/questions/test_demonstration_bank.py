"""The demonstration bank of CPCS: what a demonstration's exam is drawn from."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from courses.questions.commands import load_demonstration
from courses.questions.kinds.registry import KINDS
from courses.questions.schemas import BankFileIn, QuestionIn
from lms.app import Platform
from lms.kernel.actor import Actor
from tests.builders.exams import a_course

FILE = Path(__file__).parents[3] / "courses" / "questions" / "demonstration" / "cpcs.json"
BANK: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
QUESTIONS: list[dict[str, Any]] = BANK["questions"]


def _texts(question: dict[str, Any]) -> list[dict[str, str]]:
    options = [option["text"] for option in question["body"]["options"]]
    return [question["stem"], question["explanation"], *options]


def _is_longest(question: dict[str, Any], language: str) -> bool:
    lengths = {row["id"]: len(row["text"][language]) for row in question["body"]["options"]}
    right = lengths.pop(question["key"]["correct"])
    return right > max(lengths.values())


def test_the_frame_says_that_it_is_demonstration_data() -> None:
    assert BankFileIn.model_validate(BANK).demonstration is True


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["external_id"])
def test_a_question_imports_without_faults(question: dict[str, Any]) -> None:
    read = QuestionIn.model_validate(question)
    assert KINDS[read.kind].faults(read.body, read.key) == []


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["external_id"])
def test_every_text_of_a_question_is_in_both_languages(question: dict[str, Any]) -> None:
    for text in _texts(question):
        assert text["zh_hant"].strip()
        assert text["en"].strip()


def test_there_are_at_least_sixty_questions_and_no_two_are_alike() -> None:
    assert len(QUESTIONS) >= 60
    assert len({question["external_id"] for question in QUESTIONS}) == len(QUESTIONS)
    assert len({question["stem"]["en"] for question in QUESTIONS}) == len(QUESTIONS)
    assert len({question["stem"]["zh_hant"] for question in QUESTIONS}) == len(QUESTIONS)


def test_the_options_of_a_question_differ() -> None:
    for question in QUESTIONS:
        texts = [option["text"] for option in question["body"]["options"]]
        for language in ("zh_hant", "en"):
            assert len({text[language] for text in texts}) == len(texts), question["external_id"]


def test_every_topic_has_enough_for_a_blueprint() -> None:
    spread = Counter(question["topic"] for question in QUESTIONS)
    assert set(spread) == {topic["code"] for topic in BANK["topics"]}
    assert len(spread) >= 8
    assert min(spread.values()) >= 8


def test_both_kinds_are_there() -> None:
    kinds = Counter(question["kind"] for question in QUESTIONS)
    assert kinds["single_choice"] >= 40
    assert kinds["multiple_choice"] >= 12


def test_neither_place_nor_length_gives_the_key_away() -> None:
    singles = [question for question in QUESTIONS if question["kind"] == "single_choice"]
    places = Counter(question["key"]["correct"] for question in singles)
    assert max(places.values()) - min(places.values()) <= 3
    for language in ("zh_hant", "en"):
        longest = sum(_is_longest(question, language) for question in singles)
        assert longest <= 0.4 * len(singles)


async def test_the_bank_loads_whole_and_again_without_a_change(opened: Platform) -> None:
    async with opened.works.write(Actor.system("test")) as work:
        await a_course(work, "CPCS")
    assert (await load_demonstration(opened.works))["CPCS"].created == len(QUESTIONS)
    again = (await load_demonstration(opened.works))["CPCS"]
    assert (again.created, again.unchanged) == (0, len(QUESTIONS))
