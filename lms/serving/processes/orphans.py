"""Nobody outlives their parent: what a child process arms so that kill -9 of its parent ends it.

On Linux the kernel does it (PR_SET_PDEATHSIG); elsewhere a thread watches, or `leash` does for
programs that are not ours.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_LOOK_EVERY = 0.5
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def dies_with(parent: int, sign: signal.Signals) -> Callable[[], None]:
    """For Popen's preexec_fn: the child gets `sign` when `parent`, its maker, is gone (Linux)."""

    def arm() -> None:
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, int(sign))
            if os.getppid() != parent:  # it died between fork and here
                os.kill(os.getpid(), sign)

    return arm


def die_with_parent() -> None:
    """Arm a web server's worker process: it ends at once when the server's main process is gone.

    Called first thing in the app's start-up, because the main process may be killed while its
    workers would go on serving. Does nothing in a process that no other Python process forked or
    spawned, so an app inside a test or a tool stays as it is.
    """
    if multiprocessing.parent_process() is not None:
        follow_parent(signal.SIGKILL)


def follow_parent(sign: signal.Signals) -> None:
    """Raise `sign` in this process when the process that started it ends."""
    parent = os.getppid()
    if _libc is not None:
        dies_with(parent, sign)()
        return
    threading.Thread(target=_watch, args=(parent, sign), daemon=True, name="parent-watch").start()


def _watch(parent: int, sign: signal.Signals) -> None:
    tick = threading.Event()
    while os.getppid() == parent:
        tick.wait(_LOOK_EVERY)
    os.kill(os.getpid(), sign)
