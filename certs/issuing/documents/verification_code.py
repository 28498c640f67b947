"""Verification codes: 130 random bits in Crockford's base 32, which has no look-alikes.

A code says nothing about the number, the holder or the time, and cannot be guessed.
Source of the alphabet and its reading rules: D. Crockford, "Base 32".
"""

from __future__ import annotations

from random import Random  # noqa: TID251 - the type of what work.random is

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 26
BITS = 5 * LENGTH

_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})
_LONGEST_TYPED = 2 * LENGTH


def new_code(randomness: Random) -> str:
    """A fresh code; `randomness` must be the operating system's (`work.random`)."""
    drawn = randomness.getrandbits(BITS)
    return "".join(ALPHABET[(drawn >> shift) & 31] for shift in range(0, BITS, 5))


def read_code(typed: str) -> str | None:
    """The code that was typed, in either case, with hyphens or look-alikes; or None."""
    if len(typed) > _LONGEST_TYPED or not typed.isascii():
        return None
    code = typed.upper().translate(_READ_AS)
    if len(code) != LENGTH or not set(code) <= set(ALPHABET):
        return None
    return code
