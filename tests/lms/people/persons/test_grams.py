from hypothesis import given
from hypothesis import strategies as st

from lms.people.persons.grams import folded, grams, wanted_grams


def test_case_width_and_accents_do_not_matter() -> None:
    assert folded("Ｎúñez") == folded("nunez")


def test_one_chinese_character_finds_and_one_letter_does_not() -> None:
    assert wanted_grams("陳") == ["陳"]
    assert wanted_grams("c") == []


@given(st.text(alphabet="陳大文abcde ", min_size=2, max_size=12))
def test_a_part_of_a_word_wants_nothing_that_the_whole_lacks(text: str) -> None:
    for word in text.split():
        assert set(wanted_grams(word[1:])) <= set(grams([text]))
