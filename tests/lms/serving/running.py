"""Start a server in a process of its own and look at what runs; every wait is bounded."""

import os
import re
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[3]
STANDIN = Path(__file__).with_name("standin_serve.py")
MARK = "LMS_TEST_MARK"
NOBODY = 65534
WITHIN = 90.0
T = TypeVar("T")


def eventually(look: Callable[[], T], what: str, within: float = WITHIN) -> T:
    """What `look` answers as soon as it is true."""
    patience = time.monotonic() + within
    while not (found := look()):
        assert time.monotonic() < patience, f"not within {within} s: {what}"
        time.sleep(0.02)
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Running:
    """A process that serves, what it says, and all processes that come of it."""

    def __init__(
        self,
        command: Sequence[str],
        output: Path,
        *,
        environment: dict[str, str] | None = None,
        prefix: Sequence[str] = (),
    ) -> None:
        self.mark = secrets.token_hex(8)
        self.output = output
        given = {**os.environ, "PYTHONPATH": str(ROOT), MARK: self.mark, **(environment or {})}
        with output.open("ab") as said:
            self.process = subprocess.Popen(
                [*prefix, *command], cwd=ROOT, env=given, stdout=said, stderr=said
            )

    def said(self) -> str:
        return self.output.read_text("utf-8")

    def until_said(self, pattern: str, *, times: int = 1) -> str:
        """Wait for words; the last match's first group, or the whole."""

        def look() -> list[str]:
            assert self.process.poll() is None or re.search(pattern, self.said()), self.said()
            found = re.findall(pattern, self.said())
            return found if len(found) >= times else []

        return eventually(look, f"{pattern!r} in {self.said()!r}")[-1]

    def processes(self) -> dict[int, str]:
        """Process id and command line of everything that carries our mark."""
        found = {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdecimal():
                continue
            try:
                if f"{MARK}={self.mark}".encode() in (entry / "environ").read_bytes():
                    line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    found[int(entry.name)] = line
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
        return {pid: line for pid, line in found.items() if line}

    def main_process(self, word: str) -> int:
        """The oldest process whose command line holds a word."""
        return min(pid for pid, line in self.processes().items() if word in line)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(WITHIN)

    def kill_all(self) -> None:
        for pid in self.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(WITHIN)


def standin(data: Path, port: int, kind: str = "embedded") -> list[str]:
    return [sys.executable, str(STANDIN), str(data), str(port), kind]


def as_nobody() -> list[str]:
    """A command prefix: an account without rights, but for reading where this interpreter lies."""
    prefix = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    interpreter = Path(sys.executable).resolve()
    reachable = all(p.stat().st_mode & stat.S_IXOTH for p in (*interpreter.parents, *ROOT.parents))
    if not reachable:
        prefix += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    return prefix


def can_change_account() -> bool:
    return os.geteuid() == 0 and shutil.which("setpriv") is not None
