import pytest

from lms.people.persons.names import NameOrder, Names, faults_of_names, tidy


def names(zh: str | None = None, family: str | None = None, given: str | None = None) -> Names:
    return tidy(zh, family, given, NameOrder.FAMILY_FIRST)


def test_the_order_says_where_the_family_name_stands() -> None:
    family_first = Names(zh="陳大文", family_en="CHAN", given_en="Tai Man")
    given_first = Names(family_en="Smith", given_en="Ada", order=NameOrder.GIVEN_FIRST)
    assert family_first.printed() == {"zh": "陳大文", "en": "CHAN Tai Man"}
    assert given_first.printed() == {"zh": None, "en": "Ada Smith"}


def test_a_single_english_name_is_a_name() -> None:
    assert Names(given_en="Suharto").printed() == {"zh": None, "en": "Suharto"}


def test_tidy_settles_spaces_and_unicode_form() -> None:
    assert tidy(" 陳大文 ", "Le\u0301vy ", "  ", NameOrder.GIVEN_FIRST) == Names(
        zh="陳大文", family_en="L\u00e9vy", order=NameOrder.GIVEN_FIRST
    )


@pytest.mark.parametrize(
    "zh", ["陳大文", "歐陽‧娜娜", "阿卜杜拉·買買提", "\u9fa6", "〇", "\U00020bb7田"]
)
def test_chinese_names_of_all_kinds_are_taken(zh: str) -> None:
    assert faults_of_names(names(zh=zh)) == []


@pytest.mark.parametrize("zh", ["Chan", "陳大文1", "陳大文·", "·陳", "陳\u200b大文", "王" * 41])
def test_what_is_no_chinese_name_is_refused(zh: str) -> None:
    assert [fault.pointer for fault in faults_of_names(names(zh=zh))] == ["/name_zh"]


@pytest.mark.parametrize("family", ["O'Brien", "van der Berg", "Nuñez-Łukasz", "St. John", "Ng"])
def test_latin_names_of_all_kinds_are_taken(family: str) -> None:
    assert faults_of_names(names(family=family)) == []


@pytest.mark.parametrize("family", ["陳", "=cmd()", "Chan2", "<b>", "-", "x" * 81])
def test_what_is_no_latin_name_is_refused(family: str) -> None:
    assert [fault.pointer for fault in faults_of_names(names(family=family))] == ["/family_name_en"]


def test_all_faults_are_told_at_once() -> None:
    told = faults_of_names(names(zh="Chan", family="陳", given="2"))
    assert [fault.pointer for fault in told] == ["/name_zh", "/family_name_en", "/given_name_en"]


def test_nobody_is_without_a_name() -> None:
    assert [fault.code for fault in faults_of_names(Names())] == ["name_missing"]
