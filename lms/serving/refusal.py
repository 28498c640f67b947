"""The one error of this room: a start that is refused, in words for the person at the terminal."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 (an answer to the operator, not a fault of the program)
    """What cannot be done and what to do instead; shown at the terminal without a traceback."""


class InUse(Refusal):
    """The data folder is held by a start that is alive."""
