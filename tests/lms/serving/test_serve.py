"""The whole product under `lms serve`, as an operator starts it."""

import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import asyncpg
import httpx
import pytest

from lms.kernel.db import plain_dsn
from tests.conftest import APP_ROLE, TestServer
from tests.lms.serving.running import Running, eventually

pytestmark = pytest.mark.processes

READY = "lms: ready"
Serve = Callable[..., Running]


@pytest.fixture
def serve(tmp_path: Path, port: int) -> Iterator[Serve]:
    """`lms serve` on a data folder and a free port; ended by force after the test."""
    started: list[Running] = []

    def run(**environment: str) -> Running:
        command = [sys.executable, "-m", "lms", "serve"]
        settings = {"LMS_DATA_DIR": str(tmp_path / "var"), "LMS_PORT": str(port), **environment}
        output = tmp_path / f"output-{len(started)}"
        started.append(Running(command, output, environment=settings))
        return started[-1]

    yield run
    for running in started:
        running.kill_all()


@pytest.fixture
def address(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/health/ready", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def signs_in(address: str, password: str, email: str = "admin@example.org") -> bool:
    shown = {"email": email, "password": password}
    return httpx.post(f"{address}/api/v1/auth/token", json=shown, timeout=10).status_code == 200


def test_a_first_start_serves_and_a_second_keeps_the_data(serve: Serve, address: str):
    first = serve()
    first.until_said(READY)
    courses = httpx.get(f"{address}/api/v1/courses", timeout=10).json()["items"]
    assert {"code", "title_zh_hant", "title_en", "cef_reimbursable"} <= courses[0].keys()
    password = first.until_said(r"password \(shown this once\): (\S+)")
    assert signs_in(address, password)
    forgot = {"email": "admin@example.org"}
    httpx.post(f"{address}/api/v1/auth/password-reset-requests", json=forgot, timeout=10)
    sent = 'lms_mails_total{state="sent"} 1.0'
    eventually(lambda: sent in httpx.get(f"{address}/metrics").text, "what the worker counted")
    assert first.stop() == 0
    assert first.processes() == {}

    second = serve()
    second.until_said(READY)
    assert "password" not in second.said()
    assert signs_in(address, password)
    third = serve()
    assert third.process.wait(20) == 1
    assert f"in use by process {second.process.pid}" in third.said()
    assert answers(address)


def test_killed_processes_come_back(serve: Serve, address: str):
    running = serve()
    running.until_said(READY)

    web = running.main_process("lms web")
    os.kill(web, signal.SIGKILL)
    running.until_said("the web server ended")
    eventually(lambda: answers(address), "an answer")

    worker = eventually(lambda: pid_of(running, "lms worker"), "a worker")
    os.kill(worker, signal.SIGKILL)
    running.until_said("the worker ended")
    eventually(lambda: pid_of(running, "lms worker") not in {0, worker}, "another worker")

    server = running.main_process("bin/postgres")
    backend = eventually(lambda: backend_of(server), "a backend")
    os.kill(backend, signal.SIGSTOP)  # as one that hears of the death later than the others
    os.kill(server, signal.SIGKILL)
    time.sleep(0.5)  # long enough to start beside it, if we did
    os.kill(backend, signal.SIGCONT)
    running.until_said("PostgreSQL ended")
    eventually(lambda: answers(address), "an answer")

    running.process.kill()
    running.process.wait(10)
    eventually(lambda: not running.processes(), "no process left")


def pid_of(running: Running, word: str) -> int:
    return min((pid for pid, line in running.processes().items() if word in line), default=0)


def backend_of(server: int) -> int:
    """A PostgreSQL server's process for a connection of the application; 0 where there is none."""
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
            if parent == str(server) and b" lms_app " in (entry / "cmdline").read_bytes():
                return int(entry.name)
    return 0


async def test_a_named_server_is_used_and_a_given_password_is_not_shown(
    serve: Serve, server: TestServer, template: str, tmp_path: Path, address: str
):
    name, password = f"lms_serve_{os.getpid()}", "a long enough sentence, given"
    connection = await asyncpg.connect(plain_dsn(server.url("postgres")))
    try:
        await connection.execute(f"CREATE DATABASE {name}")
        running = serve(
            LMS_DATABASE_URL=server.url(name, APP_ROLE),
            LMS_DATABASE_OWNER_URL=server.url(name),
            LMS_ADMIN_EMAIL="office@example.org",
            LMS_ADMIN_PASSWORD=password,
        )
        running.until_said(READY)
        assert signs_in(address, password, "office@example.org")
        assert password not in running.said()
        assert not (tmp_path / "var" / "postgres").exists()
        assert pid_of(running, "bin/postgres") == 0
        assert running.stop() == 0
    finally:
        await connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await connection.close()


def test_unsafe_settings_are_told_all_at_once(serve: Serve):
    running = serve(LMS_PORT="eighty", LMS_WEB_WORKERS="0")
    assert running.process.wait(20) == 1
    assert "LMS_PORT: " in running.said()
    assert "LMS_WEB_WORKERS: " in running.said()
    assert "Traceback" not in running.said()


def test_a_taken_port_is_told_in_words(serve: Serve, port: int):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        running = serve()
        assert running.process.wait(20) == 1
    assert f"port {port}: Address already in use" in running.said()
    assert "LMS_PORT" in running.said()
    assert running.processes() == {}
