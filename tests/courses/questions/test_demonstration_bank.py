"""The demonstration bank is sound, bilingual, says what it is, and gives nothing away."""

from collections import Counter
from importlib.resources import files

import pytest

from courses.questions.schemas import BankFileIn, QuestionIn

LANGUAGES = ("zh_hant", "en")
NOT_OF_HONG_KONG = ("質量", "信息", "反饋", "短信", "視頻", "座席", "打印", "屏幕", "周")
"""Words of the mainland, or forms, for which Hong Kong writes others."""


@pytest.fixture(scope="module")
def bank() -> BankFileIn:
    text = (files("courses.questions") / "demonstration" / "cpcs.json").read_bytes()
    return BankFileIn.from_json(text)


def singles(bank: BankFileIn) -> list[QuestionIn]:
    return [question for question in bank.questions if question.kind == "single_choice"]


def test_the_demonstration_bank_is_sound_bilingual_and_marked(bank: BankFileIn) -> None:
    assert bank.demonstration
    assert "示範" in bank.title_zh_hant
    assert "demonstration" in bank.title_en
    assert len(bank.questions) >= 60
    assert {question.kind for question in bank.questions} == {"single_choice", "multiple_choice"}
    for question in bank.questions:
        assert question.stem.zh_hant
        assert question.stem.en
        assert question.explanation
        assert question.explanation.zh_hant
        assert question.explanation.en
        for option in question.body["options"]:
            assert set(option["text"]) == {"zh_hant", "en"}


def test_no_question_and_no_option_is_there_twice(bank: BankFileIn) -> None:
    for language in LANGUAGES:
        stems = [getattr(question.stem, language) for question in bank.questions]
        assert len(set(stems)) == len(stems)
        for question in bank.questions:
            texts = [option["text"][language] for option in question.body["options"]]
            assert len(set(texts)) == len(texts), question.external_id


def test_the_right_option_is_given_away_neither_by_its_place_nor_by_its_length(
    bank: BankFileIn,
) -> None:
    questions = singles(bank)
    places = Counter(question.key["correct"] for question in questions)
    assert max(places.values()) <= 0.35 * len(questions)
    for language in LANGUAGES:
        ranks = Counter(_rank(question, language) for question in questions)
        for rank in ("longest", "shortest"):
            assert 0.1 <= ranks[rank] / len(questions) <= 0.4, (language, ranks)


def test_it_is_written_as_hong_kong_writes(bank: BankFileIn) -> None:
    text = bank.model_dump_json()
    assert not [word for word in NOT_OF_HONG_KONG if word in text]


def _rank(question: QuestionIn, language: str) -> str:
    lengths = {option["id"]: len(option["text"][language]) for option in question.body["options"]}
    right = lengths.pop(question.key["correct"])
    if right > max(lengths.values()):
        return "longest"
    return "shortest" if right < min(lengths.values()) else "between"
