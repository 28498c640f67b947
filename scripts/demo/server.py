"""The demonstration's own server: an empty data folder, a free port, and the mails it writes."""

import email
import email.policy
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

from scripts.demo.telling import Surprise

ROOT = Path(__file__).parents[2]
ADMIN_EMAIL = "wong@apcsc.example"
SECOND_ADMIN_EMAIL = "fung@apcsc.example"
ADMIN_PASSWORD = "Victoria Peak at seven"  # noqa: S105 - an invented person's, in thrown-away data
CODE = re.compile(r"^\s+([A-Za-z0-9_-]{40,})\s*$", re.MULTILINE)
START_PATIENCE = 60.0
STOP_PATIENCE = 40.0
MAIL_PATIENCE = 20.0


class DemoServer:
    """`lms serve` on data that is thrown away; `later` starts it again with a moved clock."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="lms-demo-")
        self.data = Path(self._folder.name) / "data"
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        self._mails_read: set[Path] = set()
        self._days_later = 0
        self.last_words = ""
        """The end of what the server said, for a surprised reader; known when it has ended."""

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def _end(self) -> None:
        self.stop()
        self.last_words = self._log.read_text(errors="replace")[-3000:]
        self._folder.cleanup()

    def start(self) -> None:
        """Start it and wait until it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "lms", "serve", "--with-parent"],
                cwd=ROOT,
                env=self._environment(),
                stdout=log,
                stderr=log,
            )
        self._await_answer()

    def stop(self) -> None:
        """Stop it as a person would."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(STOP_PATIENCE)
            self._process = None

    def later(self, days: int) -> None:
        """Let so many days pass: stop, move the clock, start again on the same data."""
        self.stop()
        self._days_later += days
        self.start()

    def code_mailed_to(self, address: str, about: str) -> str:
        """The one-time code in the newest unread mail to an address whose subject holds a word.

        Raises:
            Surprise: no such mail came in time.
        """
        text = self.mail_to(address, about)
        found = CODE.search(text)
        if found is None:
            raise Surprise(f"the mail to {address} about {about} holds no code:\n{text}")
        return found[1]

    def mail_to(self, address: str, about: str) -> str:
        """The text of an unread mail; it counts as read from now on.

        Raises:
            Surprise: no such mail came in time.
        """
        deadline = time.monotonic() + MAIL_PATIENCE
        while time.monotonic() < deadline:
            for path in sorted((self.data / "mail").glob("*.eml")):
                if path in self._mails_read:
                    continue
                mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                if address in str(mail["To"]) and about in str(mail["Subject"]):
                    self._mails_read.add(path)
                    body = mail.get_body(("plain",))
                    return str(body.get_content()) if body is not None else ""
            time.sleep(0.05)
        raise Surprise(f"no mail to {address} about {about!r}")

    @property
    def _log(self) -> Path:
        return self.data.parent / "server.log"

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
        return {
            **kept,
            "LMS_ENV": "demo",
            "LMS_DATA_DIR": str(self.data),
            "LMS_PORT": str(self.port),
            "LMS_ADMIN_EMAIL": ADMIN_EMAIL,
            "LMS_SECOND_ADMIN_EMAIL": SECOND_ADMIN_EMAIL,
            "LMS_ADMIN_PASSWORD": ADMIN_PASSWORD,
            "LMS_CLOCK_OFFSET_SECONDS": str(self._days_later * 86400),
        }

    def _await_answer(self) -> None:
        deadline = time.monotonic() + START_PATIENCE
        while time.monotonic() < deadline:
            if self._process is not None and self._process.poll() is not None:
                raise Surprise("the server ended before it answered")
            try:
                urllib.request.urlopen(f"{self.url}/health/ready", timeout=2)  # noqa: S310 - ours
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise Surprise("the server did not answer")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
