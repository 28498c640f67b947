from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.orgs.imports.encoding import CHUNK, Decided, UndecidableError, decide

NAMES = (
    "員工編號,中文姓名,職位\n"
    "1001,陳大文,客戶服務主任\n"
    "1002,李小明,顧客關係經理\n"
    "1003,黃志強,熱線服務員\n"
)
SIMPLIFIED = "员工编号,中文姓名,职位\n1001,陈大文,客户服务主任\n1002,李小明,顾客关系经理\n"


def decided(content: bytes, named: str | None = None) -> Decided:
    return decide(BytesIO(content), named)


def read(content: bytes, named: str | None = None) -> str:
    found = decided(content, named)
    return content[found.skip :].decode(found.codec)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "big5hkscs", "big5"])
def test_traditional_text_is_read_without_naming_its_charset(codec: str) -> None:
    assert read(NAMES.encode(codec)) == NAMES


def test_a_big_endian_mark_is_read() -> None:
    assert read(b"\xfe\xff" + NAMES.encode("utf-16-be")) == NAMES


def test_hkscs_characters_are_read_when_big5_is_named() -> None:
    text = "1001,李嘉喆,𨋢務員\n"
    assert read(text.encode("big5hkscs"), "Big5") == text
    assert read(text.encode("big5hkscs"), "big5-hkscs") == text


@pytest.mark.parametrize("codec", ["gb2312", "gbk", "gb18030"])
def test_simplified_text_in_its_own_charset_is_not_taken_for_big5(codec: str) -> None:
    with pytest.raises(UndecidableError):
        decided(SIMPLIFIED.encode(codec))


@pytest.mark.parametrize(
    "text", ["1,Renée Müller,Chargée\n", "1,José Peña,Señor\n", "1,Søren Ærø,Rådgiver\n"]
)
def test_western_text_is_not_taken_for_big5(text: str) -> None:
    with pytest.raises(UndecidableError):
        decided(text.encode("cp1252"))


def test_japanese_text_is_not_taken_for_big5() -> None:
    with pytest.raises(UndecidableError):
        decided("1,田中さくら,サービス担当\n".encode("shift_jis"))


def test_one_pair_is_too_little_to_tell() -> None:
    with pytest.raises(UndecidableError) as undecidable:
        decided(b"a\nb\n1," + "王".encode("big5") + b"\n")
    assert undecidable.value.line == 3


@pytest.mark.parametrize("named", ["utf-8", "big5", None])
def test_the_line_of_the_first_bad_byte_is_told(named: str | None) -> None:
    content = NAMES.encode("big5" if named == "big5" else "utf-8") + b"1004,\xff\xff,x\n"
    with pytest.raises(UndecidableError) as undecidable:
        decided(content, named)
    assert undecidable.value.line == 5


def test_the_line_is_right_behind_many_chunks() -> None:
    lines = CHUNK // 16
    content = b"0123456789,abcd\n" * (3 * lines) + b"\xff,\n"
    with pytest.raises(UndecidableError) as undecidable:
        decided(content, "utf-8")
    assert undecidable.value.line == 3 * lines + 1


def test_a_character_cut_off_at_the_end_is_a_fault() -> None:
    with pytest.raises(UndecidableError) as undecidable:
        decided("a\nb\n陳".encode()[:-1], "utf-8")
    assert undecidable.value.line == 3


def test_half_a_surrogate_pair_is_a_fault() -> None:
    with pytest.raises(UndecidableError) as undecidable:
        decided(b"\xff\xfe" + "a\n".encode("utf-16-le") + b"\x00\xd8" + "b".encode("utf-16-le"))
    assert undecidable.value.line == 2


def test_an_unknown_charset_and_a_contradicted_one_are_refused() -> None:
    for content, named in ((b"a", "latin-1"), (NAMES.encode("utf-8-sig"), "big5")):
        with pytest.raises(UndecidableError):
            decided(content, named)


def test_a_named_charset_may_be_marked_too() -> None:
    assert read(NAMES.encode("utf-8-sig"), "utf-8") == NAMES
    assert read(NAMES.encode("utf-16"), "utf-16") == NAMES


def test_utf_16_needs_a_mark_or_its_byte_order() -> None:
    content = NAMES.encode("utf-16-le")
    with pytest.raises(UndecidableError):
        decided(content, "utf-16")
    assert read(content, "utf-16le") == NAMES


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_whatever_is_utf_8_is_read_as_it_was_written(text: str) -> None:
    if not text.startswith("\ufeff"):
        assert read(text.encode()) == text


@given(st.binary(max_size=300), st.sampled_from([None, "utf-8", "big5", "utf-16", "utf-16be"]))
def test_any_bytes_are_decided_or_refused_and_what_is_decided_decodes(
    content: bytes, named: str | None
) -> None:
    try:
        found = decided(content, named)
    except UndecidableError as error:
        line = error.line
    else:
        line = 1
        content[found.skip :].decode(found.codec)
    assert line >= 1
