"""The demonstration bank is a sound import file, bilingual, and says what it is."""

from importlib.resources import files

from courses.questions.schemas import BankFileIn


def test_the_demonstration_bank_is_sound_bilingual_and_marked() -> None:
    text = (files("courses.questions") / "demonstration" / "cpcs.json").read_bytes()
    bank = BankFileIn.from_json(text)
    assert bank.demonstration
    assert len(bank.questions) >= 60
    assert {question.kind for question in bank.questions} == {"single_choice", "multiple_choice"}
    for question in bank.questions:
        assert question.stem.zh_hant
        assert question.stem.en
        for option in question.body["options"]:
            assert set(option["text"]) == {"zh_hant", "en"}
