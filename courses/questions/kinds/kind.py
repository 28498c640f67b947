"""What every question kind knows. One file per kind beside this one; `registry.py` lists them."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from fractions import Fraction
from typing import Any, Protocol

from lms.kernel.problems import Fault

Json = dict[str, Any]

Arrange = Callable[[Sequence[str]], list[str]]
"""Puts names in the order that an attempt's seed gives them, whatever the order handed in."""

Answer = str | int | float | list[Any] | dict[str, Any] | None
"""An answer as JSON; its kind says which shape it has."""


class Scoring(StrEnum):
    """How an answer that is neither wholly right nor wholly wrong counts; data of the exam."""

    ALL_OR_NOTHING = "all_or_nothing"
    RIGHT_MINUS_WRONG = "right_minus_wrong"
    EACH_OPTION = "each_option"


class AnswerFaultsError(ValueError):
    """An answer that cannot be an answer to its question; never says anything about the key."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"{len(self.faults)} faults")


class Candidate(Protocol):
    """One question version as candidates meet it: it has never seen a key.

    Made once per version and kept, since a version never changes.
    """

    def shown(self, arrange: Arrange) -> Json:
        """The body without anything that hints at the key: no author's names, no author's order."""
        ...

    def stored(self, answer: Answer) -> Answer:
        """The candidate's answer in the author's names; None takes an answer back.

        Raises:
            AnswerFaultsError: with pointers into the answer.
        """
        ...

    def restored(self, stored: Answer) -> Answer:
        """The reverse of `stored`: what the candidate sent, up to the order of a set."""
        ...


class Kind(Protocol):
    """The rules of one kind of question; pure, and without state."""

    name: str

    def faults(self, body: Json, key: Json) -> list[Fault]:
        """Everything wrong with an authored question; pointers begin at `/body` and `/key`."""
        ...

    def candidate(self, body: Json, salt: bytes) -> Candidate:
        """The question without its key; `salt` (the version's id) hides the author's names."""
        ...

    def share(self, body: Json, key: Json, answer: Answer, scoring: Scoring) -> Fraction | None:
        """The share of the points that a stored answer earns, 0 to 1; None: a person must mark.

        No answer (None) earns 0 of any kind.
        """
        ...
