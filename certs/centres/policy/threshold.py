"""The share of a centre's staff that certifies it: nine tenths, until a policy says otherwise.

An operator raises it by proposing another policy (service.py); the constant is the first version's.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Threshold:
    """A share such as nine tenths, never a float: 26 of 29 rounds to 90 % and is not enough."""

    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        if not 0 < self.numerator <= self.denominator:
            raise ValueError("a threshold lies above zero and is at most the whole")

    def met_by(self, qualified: int, counted: int) -> bool:
        return self.denominator * qualified >= self.numerator * counted

    def required(self, counted: int) -> int:
        """The smallest number of qualified people that meets the threshold for so many counted."""
        return (self.numerator * counted + self.denominator - 1) // self.denominator


NINE_TENTHS = Threshold(9, 10)
