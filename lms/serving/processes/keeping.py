"""One process that is to be running: started, watched, started again, stopped with its children."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from lms.serving.processes.backoff import next_delay
from lms.serving.processes.leash import spawn

_LOOK_EVERY = 0.01


class Watched(Protocol):
    """What the supervisor keeps running."""

    name: str

    def start(self) -> None:
        """Start it, or start it again."""

    def ended(self) -> int | None:
        """How it ended, None while it runs."""


@dataclass(frozen=True)
class Command:
    """A program to run, as data.

    Attributes:
        waits: it loads, then waits for a line on its standard input before it does its work.
    """

    name: str
    arguments: Sequence[str]
    waits: bool = False


class Service:
    """A command's process and all processes that it makes."""

    def __init__(self, command: Command, environment: Mapping[str, str]) -> None:
        self.name = command.name
        self._arguments = list(command.arguments)
        self._waits = command.waits
        self._told = False
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = spawn(
            self._arguments,
            when_orphaned=signal.SIGKILL,
            env=dict(self._environment),
            stdin=subprocess.PIPE if self._waits else subprocess.DEVNULL,
        )
        if self._told:
            self.go()

    def go(self) -> None:
        """Let a waiting command do its work, now and after every later start."""
        self._told = True
        if self._process is not None and self._process.stdin is not None:
            with suppress(BrokenPipeError), self._process.stdin as told:
                told.write(b"go\n")

    def succeed(self) -> bool:
        """Wait for the end; whether it was a good one."""
        while (code := self.ended()) is None:
            time.sleep(_LOOK_EVERY)
        return code == 0

    def ended(self) -> int | None:
        if self._process is None:
            return None
        code = self._process.poll()
        if code is not None:  # a main process that was killed may leave workers behind
            self._signal_all(signal.SIGKILL)
        return code

    def ask_to_stop(self) -> None:
        """SIGTERM to the main process; it tells its own."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def stop_by(self, deadline: float) -> None:
        """Wait for the end until a moment of the monotonic clock, then end it and its children."""
        if self._process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, deadline - time.monotonic()))
        self._signal_all(signal.SIGKILL)
        self._process.wait()

    def _signal_all(self, sign: signal.Signals) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, sign)


class Keeper:
    """The record of one watched process: when it may be started again."""

    def __init__(self, watched: Watched, start_again: Callable[[], None] | None = None) -> None:
        """`start_again` is for what starts in another way than the first time."""
        self.watched = watched
        self.ends = 0
        self._start_again = start_again or watched.start
        self._started = time.monotonic()
        self._delay: float | None = None
        self._due: float | None = None

    def look(self) -> str | None:
        """Start it again when it is time; says what happened, if anything did.

        Returns:
            A sentence for the log, None when there is nothing to tell.
        """
        now = time.monotonic()
        if self._due is not None:
            return self._begin(now) if now >= self._due else None
        code = self.watched.ended()
        return None if code is None else self._put_off(now, f"ended ({_how(code)}); starting it")

    def _begin(self, now: float) -> str | None:
        self._due = None
        self._started = now
        try:
            self._start_again()
        except OSError as error:  # no memory for another process, or no room
            return self._put_off(now, f"could not be started ({error.strerror}); trying it")
        return None

    def _put_off(self, now: float, news: str) -> str:
        self.ends += 1
        self._delay = next_delay(self._delay, now - self._started)
        self._due = now + self._delay
        return f"{self.watched.name} {news} again"

    def seconds_until_due(self) -> float | None:
        return None if self._due is None else max(0.0, self._due - time.monotonic())


def _how(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
