"""Start a child that dies with us, whatever kills us.

On Linux the kernel sees to it. Elsewhere this module also runs as a small program between parent
and child: `python -m lms.serving.processes.leash <signal> -- command…` watches its parent, hands on
the signals it gets and ends as its child ends.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Any

from lms.serving.processes.orphans import dies_with

_HANDED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
_LOOK_EVERY = 0.5


def spawn(
    command: Sequence[str],
    *,
    when_orphaned: signal.Signals,
    **options: Any,  # noqa: ANN401 (Popen's own)
) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own: a Ctrl-C reaches us alone, and we decide the order.

    Call it from the main thread: the kernel's notion of a parent is the thread that forked.
    """
    if sys.platform == "linux":
        options["preexec_fn"] = dies_with(os.getpid(), when_orphaned)
    else:
        command = [sys.executable, "-m", __name__, str(int(when_orphaned)), "--", *command]
    return subprocess.Popen(command, start_new_session=True, **options)  # noqa: S603 (ours)


def _leash(sign: int, command: Sequence[str]) -> int:
    parent = os.getppid()
    child = subprocess.Popen(command, close_fds=False)  # noqa: S603 (handed to us by spawn)

    def hand_on(number: int, _frame: FrameType | None) -> None:
        child.send_signal(number)

    for number in _HANDED_ON:
        signal.signal(number, hand_on)
    while True:
        try:
            return child.wait(_LOOK_EVERY)
        except subprocess.TimeoutExpired:
            if os.getppid() != parent:
                child.send_signal(sign)


if __name__ == "__main__":
    separator = sys.argv.index("--")
    sys.exit(_leash(int(sys.argv[1]), sys.argv[separator + 1 :]))
