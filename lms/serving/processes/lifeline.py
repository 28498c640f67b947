"""Whether a process and everything that it forked is gone: each of them holds the end of a pipe."""

from __future__ import annotations

import os
import select
from collections.abc import Iterator
from contextlib import contextmanager


class Lifeline:
    """A pipe that nobody writes to; it ends with the last process that inherited its other end."""

    def __init__(self) -> None:
        self._ours, self._theirs = os.pipe()

    @contextmanager
    def handed_over(self) -> Iterator[int]:
        """The descriptor for a child (`pass_fds`); our copy, which would keep it open, is closed.

        Once only.
        """
        try:
            yield self._theirs
        finally:
            os.close(self._theirs)

    def is_cut(self, within: float) -> bool:
        """Whether all who held it are gone, now or within some seconds."""
        readable, _, _ = select.select([self._ours], [], [], within)
        return bool(readable)

    def close(self) -> None:
        os.close(self._ours)
