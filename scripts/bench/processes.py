"""Servers under measurement: started as people start them, their CPU read from the kernel."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
START_PATIENCE = 60.0
STOP_PATIENCE = 40.0


@dataclass(frozen=True)
class Served:
    """A running server: its address and the root processes whose trees are its cost."""

    url: str
    roots: tuple[int, ...]
    data: Path | None = None

    def cpu_seconds(self) -> float:
        """User and system time of all its processes so far, those that ended included."""
        total = 0.0
        for pid in self.roots:
            root = psutil.Process(pid)
            for process in (root, *root.children(recursive=True)):
                try:
                    times = process.cpu_times()
                except psutil.NoSuchProcess:
                    continue
                total += times.user + times.system
                total += times.children_user + times.children_system
        return total

    def resident_bytes(self, marker: str) -> int:
        """Resident memory of its largest process whose command line holds `marker`."""
        sizes = [0]
        for pid in self.roots:
            sizes.extend(
                process.memory_info().rss
                for process in psutil.Process(pid).children(recursive=True)
                if marker in " ".join(process.cmdline())
            )
        return max(sizes)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def product(**settings: str) -> Iterator[Served]:
    """The product by its own command, on a data folder that is thrown away."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="lms-bench-") as folder:
        environment = {
            **os.environ,
            "LMS_DATA_DIR": folder,
            "LMS_PORT": str(port),
            "LMS_ADMIN_EMAIL": "admin@bench.example",
            "LMS_ADMIN_PASSWORD": "a long enough password for the bench",
            **settings,
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "lms", "serve"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _await(f"{url}/health/ready", process)
            yield Served(url, (process.pid,), Path(folder))
        finally:
            process.terminate()
            process.wait(STOP_PATIENCE)


@contextmanager
def floor(dsn: str, postgres_pid: int) -> Iterator[Served]:
    """The floor's app by Granian, as the product runs its own."""
    port = free_port()
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "asgi", "--factory"),
            *("--host", "127.0.0.1", "--port", str(port), "--no-access-log"),
            "scripts.bench.floor:create_app",
        ],
        cwd=ROOT,
        env={**os.environ, "FLOOR_DSN": dsn},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _await(f"{url}/courses", process)
        yield Served(url, (process.pid, postgres_pid))
    finally:
        process.terminate()
        process.wait(STOP_PATIENCE)


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode} before it answered")
        try:
            urllib.request.urlopen(url, timeout=2)  # noqa: S310 - our own address
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"no answer from {url}")
