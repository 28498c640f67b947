"""How a mail leaves the house: what a way of carrying it must do, and how it may fail."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from lms.notify.message import Letter

Post = Callable[[Letter], Awaitable[None]]
"""Carries one letter.

Raises:
    RefusedError: it will never be taken.
    LaterError: it may be taken later.
    UnreachableError: nothing is taken now, so that the round is over.
"""


class Carrier(Protocol):
    """A way of carrying mail."""

    def round(self) -> AbstractAsyncContextManager[Post]:
        """A round of deliveries, over one connection where there is one."""
        ...


class RefusedError(Exception):
    """The letter was refused for good."""


class LaterError(Exception):
    """The letter was not taken now."""


class UnreachableError(LaterError):
    """Nobody takes letters now."""
