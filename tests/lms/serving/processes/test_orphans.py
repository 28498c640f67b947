"""Nobody outlives their parent; also the ways that stand in for Linux's own are run here."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lms.serving.running import Running, eventually

pytestmark = pytest.mark.processes

PARENT = """
import subprocess, sys, time
subprocess.Popen([sys.executable, *sys.argv[1:]])
print("started", flush=True)
time.sleep(600)
"""
LEASH = ("-m", "lms.serving.processes.leash", str(int(signal.SIGTERM)), "--")
SLEEPER = "import time; print('asleep', flush=True); time.sleep(600)"
FOLLOWER = """
import signal, sys, time
from lms.serving.processes import orphans
if sys.argv[1] == "watching":
    orphans._libc = None
orphans.follow_parent(signal.SIGKILL)
print("follows", flush=True)
time.sleep(600)
"""


def parent_of(tmp_path: Path, *child: str) -> Running:
    return Running([sys.executable, "-c", PARENT, *child], tmp_path / "output")


def test_a_leashed_program_ends_when_the_leash_has_no_parent(tmp_path: Path):
    running = parent_of(tmp_path, *LEASH, sys.executable, "-c", SLEEPER)
    try:
        running.until_said("asleep")
        running.process.kill()
        running.process.wait(10)
        eventually(lambda: not running.processes(), "no process left")
    finally:
        running.kill_all()


@pytest.mark.parametrize("way", ["kernel", "watching"])
def test_a_follower_ends_with_its_parent(tmp_path: Path, way: str):
    running = parent_of(tmp_path, "-c", FOLLOWER, way)
    try:
        running.until_said("follows")
        running.process.kill()
        running.process.wait(10)
        eventually(lambda: not running.processes(), "no process left")
    finally:
        running.kill_all()


@pytest.mark.parametrize("code", [0, 7])
def test_the_leash_ends_as_its_program_does(code: int):
    command = [sys.executable, *LEASH, sys.executable, "-c", f"raise SystemExit({code})"]
    assert subprocess.run(command, timeout=30, check=False).returncode == code


def test_the_leash_hands_signals_on(tmp_path: Path):
    deaf = (
        "import signal, sys, time\n"
        "signal.signal(signal.SIGINT, lambda *_: sys.exit(5))\n"
        "print('asleep', flush=True); time.sleep(600)"
    )
    running = Running([sys.executable, *LEASH, sys.executable, "-c", deaf], tmp_path / "output")
    try:
        running.until_said("asleep")
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(30) == 5
    finally:
        running.kill_all()
