import asyncio
import http.client
import json
import os
import signal
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest

from tests.lms.serving.running import (
    NOBODY,
    Running,
    as_nobody,
    can_change_account,
    eventually,
)

pytestmark = pytest.mark.processes

Start = Callable[..., Running]
READY = r"lms: ready (\S*)"


def answer(port: int) -> dict[str, int]:
    """The server's answer, empty while there is none."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        try:
            connection.request("GET", "/")
            return json.loads(connection.getresponse().read())
        except (OSError, http.client.HTTPException):
            return {}


def worker_process(data: Path) -> int:
    """The worker's process id, 0 before it told."""
    try:
        return int((data / "worker.pid").read_text() or 0)
    except FileNotFoundError:
        return 0


async def ask(url: str, question: str) -> object:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


async def test_database_web_server_and_worker_run(start: Start, tmp_path: Path, port: int):
    running = start()
    url = running.until_said(READY)
    assert answer(port)["process"]
    assert await ask(url, "SELECT current_user") == "lms_app"
    assert eventually(lambda: worker_process(tmp_path / "data"), "the worker")


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stop_signal_ends_everything(start: Start, sign: signal.Signals):
    running = start()
    running.until_said(READY)
    running.process.send_signal(sign)
    running.process.send_signal(sign)
    assert running.process.wait(30) == 0
    assert running.processes() == {}
    assert "Traceback" not in running.said()


def test_a_stop_during_the_start_ends_everything(start: Start, tmp_path: Path):
    running = start()
    eventually((tmp_path / "data" / "postgres").exists, "the data folder")
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(30) == 0
    assert running.processes() == {}


def test_a_second_start_is_refused_in_words(start: Start, port: int):
    running = start()
    running.until_said(READY)
    second = start()
    assert second.process.wait(10) == 1
    assert f"in use by process {running.process.pid}" in second.said()
    assert "Traceback" not in second.said()
    assert answer(port)["process"]


async def test_killing_the_supervisor_leaves_nothing_and_loses_nothing(start: Start, port: int):
    running = start()
    url = running.until_said(READY)
    await ask(url.replace("lms_app", "lms_owner"), "CREATE TABLE kept AS SELECT 42 AS answer")
    running.process.kill()
    running.process.wait(10)
    eventually(lambda: not running.processes(), "no process left")
    assert answer(port) == {}
    again = start()
    url = again.until_said(READY)
    assert await ask(url.replace("lms_app", "lms_owner"), "SELECT answer FROM kept") == 42


def test_killing_the_supervisor_while_the_database_is_made_leaves_nothing(start: Start):
    running = start()

    def makers() -> set[int]:
        return {pid for pid, line in running.processes().items() if "bin/initdb" in line}

    os.kill(eventually(makers, "initdb").pop(), signal.SIGSTOP)  # it would never end by itself
    running.process.kill()
    eventually(lambda: running.processes() == {}, "nothing is left")


def test_a_start_right_after_a_kill_waits_for_the_orphans(start: Start):
    running = start()
    running.until_said(READY)
    running.process.kill()
    running.process.wait(10)
    start().until_said(READY)


def test_killing_the_web_servers_main_process_recovers(start: Start, port: int):
    running = start()
    running.until_said(READY)
    before = answer(port)
    os.kill(before["main"], signal.SIGKILL)
    running.until_said(r"the web server|web ended \(signal SIGKILL\)")
    eventually(lambda: answer(port).get("main", before["main"]) != before["main"], "a new one")
    eventually(lambda: before["process"] not in running.processes(), "the old worker's end")


def test_killing_a_web_worker_recovers(start: Start, port: int):
    running = start()
    running.until_said(READY)
    before = answer(port)
    os.kill(before["process"], signal.SIGKILL)
    eventually(
        lambda: answer(port).get("process", before["process"]) != before["process"], "a new one"
    )


def test_killing_the_worker_recovers(start: Start, tmp_path: Path):
    running = start()
    running.until_said(READY)
    data = tmp_path / "data"
    before = eventually(lambda: worker_process(data), "the worker")
    os.kill(before, signal.SIGKILL)
    eventually(lambda: worker_process(data) not in {0, before}, "a new worker")


async def test_killing_the_database_recovers(start: Start):
    running = start()
    url = running.until_said(READY)

    def servers() -> set[int]:
        return {pid for pid, line in running.processes().items() if "bin/postgres" in line}

    os.kill(before := running.main_process("bin/postgres"), signal.SIGKILL)
    again = eventually(lambda: servers() - {before}, "another server")
    os.kill(again.pop(), signal.SIGKILL)  # while it recovers

    async def works() -> bool:
        try:
            return await ask(url, "SELECT 1") == 1
        except (OSError, asyncpg.PostgresError):
            return False

    for _ in range(100):
        if await works():
            break
        await asyncio.sleep(0.1)
    assert await works()


def test_the_end_of_its_parent_ends_it(start: Start):
    running = start(prefix=("sh", "-c", '"$@"; true', "sh"))
    running.until_said(READY)
    running.process.kill()
    running.process.wait(10)
    eventually(lambda: not running.processes(), "no process left")


def test_with_a_named_server_no_postgres_is_started(start: Start, tmp_path: Path):
    running = start(kind="bare")
    running.until_said(READY)
    assert not [line for line in running.processes().values() if "postgres" in line]
    assert not (tmp_path / "data" / "postgres").exists()


def test_what_never_starts_is_given_up_in_words(start: Start):
    running = start(kind="broken")
    assert running.process.wait(30) == 1
    assert "It does not start; the reason is above." in running.said()
    assert running.processes() == {}


def test_a_failing_preparation_stops_the_start(start: Start):
    running = start(kind="unprepared")
    assert running.process.wait(30) == 1
    assert "unprepared" in running.said()
    assert "preparation failed; the reason is above." in running.said()
    assert running.processes() == {}


@pytest.mark.skipif(not can_change_account(), reason="needs root and setpriv")
def test_an_ordinary_user_serves_too(start: Start, tmp_path: Path):
    data = tmp_path / "theirs"
    data.mkdir()
    os.chown(data, NOBODY, NOBODY)
    running = start(data, prefix=tuple(as_nobody()))
    running.until_said(READY)
    assert {Path(f"/proc/{pid}").stat().st_uid for pid in running.processes()} == {NOBODY}
    assert running.stop() == 0
    assert running.processes() == {}
