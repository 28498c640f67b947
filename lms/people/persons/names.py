"""How a person's name is written, checked and printed. Pure: no database, no request."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict

from lms.kernel.problems import Fault

ZH_LONGEST = 40
EN_LONGEST = 80

_SPACES = re.compile(r"\s+")
_HAN = re.compile(
    "[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af][\u00b7\u30fb\u2027 ]?"
)
_EN_MARKS = frozenset(" '-.,\u2019")


class NameOrder(StrEnum):
    """Where the family name stands in the English name."""

    FAMILY_FIRST = "family_first"
    GIVEN_FIRST = "given_first"


class Language(StrEnum):
    """The languages that the product speaks to people."""

    ZH_HANT = "zh-Hant"
    EN = "en"


class Printed(TypedDict):
    """A name as a certificate prints it; a script without a name is None, never a guess."""

    zh: str | None
    en: str | None


@dataclass(frozen=True, slots=True)
class Names:
    """One person's printed names. Made by `tidy`, so spaces and Unicode form are settled."""

    zh: str | None = None
    family_en: str | None = None
    given_en: str | None = None
    order: NameOrder = NameOrder.FAMILY_FIRST

    def printed(self) -> Printed:
        """The name in both scripts, letters as the person writes them."""
        parts = [self.family_en, self.given_en]
        if self.order is NameOrder.GIVEN_FIRST:
            parts.reverse()
        return Printed(zh=self.zh, en=" ".join(part for part in parts if part) or None)


def tidy(zh: str | None, family_en: str | None, given_en: str | None, order: NameOrder) -> Names:
    """Names in Unicode NFC with single spaces; an empty part is None."""
    return Names(
        zh=_tidied(zh), family_en=_tidied(family_en), given_en=_tidied(given_en), order=order
    )


def faults_of_names(names: Names) -> list[Fault]:
    """Everything that keeps these names from being printed; empty when nothing does.

    A name in one script is enough, and so is a single English name: some people have no other.
    """
    faults = []
    if not (names.zh or names.family_en or names.given_en):
        faults.append(Fault("/name_zh", "name_missing", "give a Chinese or an English name"))
    if names.zh is not None:
        faults += _faults_of_zh(names.zh)
    for field, value in (("family_name_en", names.family_en), ("given_name_en", names.given_en)):
        if value is not None:
            faults += _faults_of_en(f"/{field}", value)
    return faults


def _tidied(part: str | None) -> str | None:
    if part is None:
        return None
    return _SPACES.sub(" ", unicodedata.normalize("NFC", part)).strip() or None


def _faults_of_zh(name: str) -> list[Fault]:
    if len(name) > ZH_LONGEST:
        return [Fault("/name_zh", "name_too_long", f"at most {ZH_LONGEST} characters")]
    if not re.fullmatch(f"(?:{_HAN.pattern})+", name) or not _is_han(name[-1]):
        return [Fault("/name_zh", "name_script", "Chinese characters only")]
    return []


def _is_han(character: str) -> bool:
    return _HAN.fullmatch(character) is not None


def _faults_of_en(pointer: str, name: str) -> list[Fault]:
    if len(name) > EN_LONGEST:
        return [Fault(pointer, "name_too_long", f"at most {EN_LONGEST} characters")]
    if not any(_is_latin(character) for character in name) or not all(
        _is_latin(character) or character in _EN_MARKS for character in name
    ):
        return [Fault(pointer, "name_script", "Latin letters, spaces, hyphens and apostrophes")]
    return []


def _is_latin(character: str) -> bool:
    return character.isalpha() and unicodedata.name(character, "").startswith("LATIN")
