import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lms.serving.processes.keeping import Command, Service
from tests.lms.serving.running import eventually

pytestmark = pytest.mark.processes

WAITS = """
import pathlib, sys, time
if sys.stdin.readline():
    with open(sys.argv[1], "a") as told:
        told.write("told ")
    time.sleep(600)
"""


@pytest.fixture
def service() -> Iterator[Callable[..., Service]]:
    made: list[Service] = []

    def make(script: str, *arguments: str, waits: bool = False) -> Service:
        command = Command("it", [sys.executable, "-c", script, *arguments], waits=waits)
        made.append(Service(command, dict(os.environ)))
        return made[-1]

    yield make
    for one in made:
        one.stop_by(0)


def test_a_waiting_command_works_when_told_and_after_every_later_start(
    service: Callable[..., Service], tmp_path: Path
):
    told = tmp_path / "told"
    it = service(WAITS, str(told), waits=True)
    it.start()
    assert it.ended() is None
    assert not told.exists()
    it.go()
    eventually(lambda: told.exists() and told.read_text() == "told ", "its work")
    it.stop_by(0)
    it.start()
    eventually(lambda: told.read_text() == "told told ", "its work again")


@pytest.mark.parametrize(("code", "good"), [(0, True), (3, False)])
def test_how_a_command_ends_is_known(service: Callable[..., Service], code: int, good: bool):
    it = service(f"raise SystemExit({code})")
    it.start()
    assert it.succeed() is good
    assert it.ended() == code


def test_what_a_killed_command_leaves_behind_is_ended(
    service: Callable[..., Service], tmp_path: Path
):
    child = tmp_path / "child"
    script = (
        "import pathlib, subprocess, sys, time\n"
        "left = subprocess.Popen(['sleep', '600'])\n"
        "pathlib.Path(sys.argv[1]).write_text(f'{left.pid}.')\n"
        "time.sleep(600)"
    )
    it = service(script, str(child))
    it.start()
    eventually(lambda: child.exists() and child.read_text().endswith("."), "its child")
    left = int(child.read_text().rstrip("."))
    os.kill(os.getpgid(left), signal.SIGKILL)
    assert eventually(it.ended, "its end") == -signal.SIGKILL
    eventually(lambda: not Path(f"/proc/{left}").exists() or is_zombie(left), "its child's end")


def is_zombie(process: int) -> bool:
    return ") Z " in Path(f"/proc/{process}/stat").read_text()


def test_a_command_that_ignores_the_wish_is_ended(service: Callable[..., Service], tmp_path: Path):
    script = (
        "import pathlib, signal, sys, time\n"
        "signal.signal(15, signal.SIG_IGN); pathlib.Path(sys.argv[1]).touch(); time.sleep(600)"
    )
    it = service(script, str(tmp_path / "deaf"))
    it.start()
    eventually((tmp_path / "deaf").exists, "its start")
    it.ask_to_stop()
    it.stop_by(0)
    assert it.ended() == -signal.SIGKILL
