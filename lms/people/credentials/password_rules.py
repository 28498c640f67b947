"""Which passwords are accepted: NIST SP 800-63B-4, section 3.1.1. Pure.

Length is what counts: 15 characters where the password is the only factor, 8 beside a second one.
No rules of composition, no expiry. A password is compared as a whole with known and guessable ones.
"""

import functools
import re
import unicodedata
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise

from lms.kernel.problems import Fault

SHORTEST_ALONE = 15
SHORTEST_BESIDE_SECOND_FACTOR = 8
LONGEST = 256
"""Far above the 64 that the standard asks for; a bound keeps hashing bounded."""

_SHORTEST_CONTEXT_WORD = 3
_LONGEST_REPEATED_UNIT = 4
_BETWEEN_WORDS = re.compile(r"[\W\d_]+")


@dataclass(frozen=True, slots=True)
class Context:
    """What somebody who guesses would try first about this person and this service."""

    email: str = ""
    names: tuple[str, ...] = ()
    service: tuple[str, ...] = ()

    def words(self) -> frozenset[str]:
        """The single words, case folded, long enough to mean something."""
        texts = (self.email, *self.names, *self.service)
        found = {word for text in texts for word in _BETWEEN_WORDS.split(text.casefold())}
        return frozenset(word for word in found if len(word) >= _SHORTEST_CONTEXT_WORD)


def normal_password(typed: str) -> str:
    """The form that is checked and hashed: NFKC, so that every keyboard types the same password.

    Nothing is trimmed and nothing is cut off.
    """
    return unicodedata.normalize("NFKC", typed)


def faults_of_password(
    typed: str, context: Context, *, second_factor: bool = False, pointer: str = "/password"
) -> list[Fault]:
    """Everything that keeps a password from being accepted; empty when nothing does."""
    password = normal_password(typed)
    faults = []
    shortest = SHORTEST_BESIDE_SECOND_FACTOR if second_factor else SHORTEST_ALONE
    if len(password) < shortest:
        faults.append(Fault(pointer, "password_too_short", f"at least {shortest} characters"))
    if len(password) > LONGEST:
        faults.append(Fault(pointer, "password_too_long", f"at most {LONGEST} characters"))
    elif is_guessable(password, context):
        faults.append(
            Fault(pointer, "password_guessable", "too well known, or made of your own details")
        )
    return faults


def stands_alone(typed: str) -> bool:
    """Whether the password is long enough to be somebody's only factor."""
    return len(normal_password(typed)) >= SHORTEST_ALONE


def is_guessable(password: str, context: Context) -> bool:
    """Whether a guesser would try it early: known, repeated, counted up, or context words only."""
    folded = password.casefold()
    return (
        folded in common_passwords()
        or folded == context.email.casefold()
        or _is_repetition(folded)
        or _is_run(folded)
        or _is_made_of(folded, context.words())
    )


@functools.cache
def common_passwords() -> frozenset[str]:
    """The list of passwords that everybody knows, case folded."""
    listed = resources.files(__package__).joinpath("common_passwords.txt").read_text("utf-8")
    lines = (line.strip().casefold() for line in listed.splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _is_repetition(password: str) -> bool:
    """A unit of a few characters over and over, like `abcabcabcabcabc`."""
    for size in range(1, _LONGEST_REPEATED_UNIT + 1):
        unit = password[:size]
        if (unit * (len(password) // size + 1))[: len(password)] == password:
            return True
    return False


def _is_run(password: str) -> bool:
    """Characters counted up or down by one, like `abcdefghijklmno`; after 9 comes 0."""
    steps = {
        (ord(after) - ord(before)) if {before, after} != {"9", "0"} else _over_nine(before)
        for before, after in pairwise(password)
    }
    return steps in ({1}, {-1})


def _over_nine(before: str) -> int:
    return 1 if before == "9" else -1


def _is_made_of(password: str, words: frozenset[str]) -> bool:
    """Nothing but context and common words, with digits and marks between them.

    Word ends are followed from left to right, since a pattern of alternatives could take for ever.
    """
    rest = _BETWEEN_WORDS.sub("", password)
    known = words | _common_words()
    longest = max(map(len, known))
    ends = {0}
    for end in range(1, len(rest) + 1):
        starts = range(max(0, end - longest), end)
        if any(start in ends and rest[start:end] in known for start in starts):
            ends.add(end)
    return bool(rest) and len(rest) in ends


@functools.cache
def _common_words() -> frozenset[str]:
    """The words of the common list without their digits, `password123` giving `password`."""
    words = (_BETWEEN_WORDS.sub("", listed) for listed in common_passwords())
    return frozenset(word for word in words if len(word) >= SHORTEST_BESIDE_SECOND_FACTOR)
