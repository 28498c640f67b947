"""Search keys for people in both scripts: pairs of characters, kept as an array under GIN. Pure."""

import re
import unicodedata
from collections.abc import Iterable

_WORD = re.compile(r"\w+")


def folded(text: str) -> str:
    """The text with case, width and accents taken off."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(character for character in apart if not unicodedata.combining(character))


def grams(texts: Iterable[str | None]) -> list[str]:
    """Every pair of neighbouring characters in the words of `texts`; of Chinese also each one.

    Sorted and without repeats, so that equal texts give equal rows.
    """
    found: set[str] = set()
    for text in texts:
        for word in _WORD.findall(folded(text or "")):
            found.update(word[start : start + 2] for start in range(len(word) - 1))
            found.update(character for character in word if not character.isascii())
    return sorted(found)


def wanted_grams(query: str) -> list[str]:
    """The keys that a matching row has all of; empty when the query is too short to search."""
    return grams([query])
