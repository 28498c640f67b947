"""Certificate numbers: `APCSC-P-2026-000123-0`, gap-free per issuer, kind and local year.

Counting is the database's (`counter.py` beside it); here is only how a number is written and read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from certs.issuing.numbers.check_digit import check_digit, is_whole


class Kind(StrEnum):
    """Whom a certificate is about."""

    PERSON = "person"
    CENTRE = "centre"


LETTERS = {Kind.PERSON: "P", Kind.CENTRE: "C"}
DIGITS = {Kind.PERSON: "1", Kind.CENTRE: "2"}
"""What a kind's letter counts as in the check digit, so that a wrong letter is found too."""

SERIAL_WIDTH = 6
"""Zero-padded to this; a year with more simply has longer numbers."""

_FORM = re.compile(
    r"(?P<issuer>[A-Z0-9]+)-(?P<letter>[PC])-(?P<year>\d{4})-(?P<serial>\d{6,})-(?P<check>\d)"
)


@dataclass(frozen=True, slots=True)
class Number:
    """The parts of a number; `year` is the local year of issue in the issuer's zone."""

    issuer: str
    kind: Kind
    year: int
    serial: int

    def __str__(self) -> str:
        serial = f"{self.serial:0{SERIAL_WIDTH}d}"
        check = check_digit(f"{DIGITS[self.kind]}{self.year:04d}{serial}")
        return f"{self.issuer}-{LETTERS[self.kind]}-{self.year:04d}-{serial}-{check}"


def read_number(text: str, issuer: str) -> Number:
    """The parts of a written number.

    Raises:
        ValueError: it is not a number of this issuer, or was mistyped.
    """
    found = _FORM.fullmatch(text) if text.isascii() else None
    if found is None or found["issuer"] != issuer:
        raise ValueError("not a certificate number of this issuer")
    kind = next(kind for kind, letter in LETTERS.items() if letter == found["letter"])
    if not is_whole(DIGITS[kind] + found["year"] + found["serial"] + found["check"]):
        raise ValueError("the check digit does not match: the number was mistyped")
    number = Number(issuer, kind, int(found["year"]), int(found["serial"]))
    if str(number) != text:
        raise ValueError("the serial number is written with too many zeros")
    return number
