"""The check digit of certificate numbers: Damm's algorithm, decimal.

Source: H. M. Damm, "Total anti-symmetrische Quasigruppen", doctoral thesis, Philipps-Universität
Marburg, 2004; the table is the one printed there. It finds every single wrong digit and every swap
of neighbours, the check digit included, and needs no eleventh symbol. Why not ISO/IEC 7064: its
MOD 37,36 misses some swaps (a test shows it), MOD 37-2 needs an asterisk. See docs/adr.
"""

from __future__ import annotations

QUASIGROUP = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
"""Totally anti-symmetric, with zeros on the diagonal."""


def check_digit(digits: str) -> str:
    """The digit to append.

    Raises:
        ValueError: there is something else than the digits 0 to 9, or nothing at all.
    """
    return str(_interim(digits))


def is_whole(digits: str) -> bool:
    """Whether digits that end with their check digit are as they were made."""
    return _interim(digits) == 0


def _interim(digits: str) -> int:
    if not digits or not (digits.isascii() and digits.isdigit()):
        raise ValueError("a check digit is made from the digits 0 to 9")
    interim = 0
    for digit in digits:
        interim = QUASIGROUP[interim][int(digit)]
    return interim
