"""In which encoding a file is: what was named, what its first bytes mark, or what is unambiguous.

Pure over a seekable file. How the text is split into cells is in `lines.py`.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

CHUNK = 1 << 16

NAMED = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-16": "utf-16",
    "utf16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16-le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "utf-16-be": "utf-16-be",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "big5hkscs": "big5hkscs",
}
"""The charsets that a client may name, with Python's name for each. Big5 is read with HKSCS."""

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

COMMON_SHARE = 0.75
"""Of Big5's pairs, how many are symbols or among its 5,401 frequent characters: 95 % in real text,
fewer than half when the bytes are another encoding's."""

LOW_TRAIL_SHARE = 0.2
"""Of Big5's pairs, how many end in an ASCII-range byte: two fifths in real text, none in GB2312."""

_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")


@dataclass(frozen=True, slots=True)
class Decided:
    """How to read a file: Python's codec, and the length of the mark to skip."""

    codec: str
    skip: int = 0


class UndecidableError(Exception):
    """The file cannot be read with certainty; `line` is the first line that says so."""

    def __init__(self, line: int, detail: str) -> None:
        self.line = line
        self.detail = detail
        super().__init__(f"line {line}: {detail}")


def decide(file: BinaryIO, named: str | None = None) -> Decided:
    """Settle a file's encoding, and that all of it decodes.

    Raises:
        UndecidableError: a byte does not fit, or more than one encoding would.
    """
    marked = _marked(file)
    if named is not None:
        return _checked(file, _as_named(named, marked))
    if marked is not None:
        return _checked(file, marked)
    plain = Decided("utf-8")
    fault = _first_fault(file, plain)
    if fault is None:
        return plain
    if _is_surely_big5(file):
        return Decided("big5hkscs")
    raise UndecidableError(
        fault, "not UTF-8, and not certainly Big5: save it as UTF-8, or name its charset"
    )


def _marked(file: BinaryIO) -> Decided | None:
    file.seek(0)
    head = file.read(3)
    for mark, codec in MARKS:
        if head.startswith(mark):
            return Decided(codec, len(mark))
    return None


def _as_named(named: str, marked: Decided | None) -> Decided:
    codec = NAMED.get(named.strip().lower())
    if codec is None:
        raise UndecidableError(1, f"unknown charset; known are {', '.join(sorted(NAMED))}")
    if marked is None:
        if codec == "utf-16":
            raise UndecidableError(1, "UTF-16 without a mark: name utf-16le or utf-16be")
        return Decided(codec)
    if not marked.codec.startswith(codec):
        raise UndecidableError(1, f"the file is marked as {marked.codec}, not {named}")
    return marked


def _checked(file: BinaryIO, decided: Decided) -> Decided:
    line = _first_fault(file, decided)
    if line is not None:
        raise UndecidableError(line, f"a byte here is not {decided.codec}")
    return decided


def _chunks(file: BinaryIO, skip: int = 0) -> Iterator[bytes]:
    file.seek(skip)
    while chunk := file.read(CHUNK):
        yield chunk


def _first_fault(file: BinaryIO, decided: Decided) -> int | None:
    """The line of the first byte that does not decode, if there is one."""
    decoder = codecs.getincrementaldecoder(decided.codec)("strict")
    line = 1
    try:
        for chunk in _chunks(file, decided.skip):
            line += decoder.decode(chunk).count("\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode(decided.codec, "ignore")
        return line + before.count("\n")
    return None


def _is_surely_big5(file: BinaryIO) -> bool:
    """Whether the bytes decode as Big5-HKSCS and are distributed like Chinese text in it.

    Simplified text in GB2312 has no pair that ends in an ASCII-range byte; Western text has pairs
    that Big5 would read as rare characters.
    """
    if _first_fault(file, Decided("big5hkscs")) is not None:
        return False
    pairs = common = low_trails = 0
    carried = b""
    for chunk in _chunks(file):
        seen = carried + chunk
        end = 0
        for match in _PAIR.finditer(seen):
            lead, trail = match[0]
            pairs += 1
            common += 0xA1 <= lead <= 0xC6  # noqa: PLR2004 - Big5's symbols and level 1
            low_trails += trail < 0x80  # noqa: PLR2004 - the ASCII range
            end = match.end()
        carried = seen[max(end, len(seen) - 1) :]
    return pairs > 0 and common >= COMMON_SHARE * pairs and low_trails >= LOW_TRAIL_SHARE * pairs
