"""The two ways in which the product runs here: `lms serve` as a whole, and its parts one by one."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import httpx

from lms.settings import Settings
from tests.crashes.victims import eventually
from tests.lms.serving.running import MARK, ROOT, WITHIN, Running

API, WEB, WORKER, POSTGRES, SERVE = (
    "an API process",
    "the web server's main process",
    "the worker",
    "PostgreSQL",
    "lms serve itself",
)
API_PROCESSES = 2
"""One answers while the other is dead. The older dies, so that Granian sees no loop of crashes."""
COMMANDS = {API: "lms web", WEB: "lms web", WORKER: "lms worker", POSTGRES: "bin/postgres"}
NURSERY = Path(__file__).with_name("nursery.py")


async def answers(http: httpx.AsyncClient) -> bool:
    """Whether the API and its database answer."""
    try:
        return (await http.get("/health/ready")).is_success
    except httpx.TransportError:
        return False


class WholeHouse:
    """`lms serve`, started again when it is gone, as an init system does."""

    def __init__(self, chosen: Settings, outputs: Path, http: httpx.AsyncClient) -> None:
        self._environment = {
            "LMS_DATA_DIR": str(chosen.data_dir),
            "LMS_PORT": str(chosen.port),
            "LMS_WEB_WORKERS": str(API_PROCESSES),
        }
        self._outputs = outputs
        self._http = http
        self.starts: list[Running] = []

    async def start(self) -> None:
        """Start it and wait until it answers."""
        output = self._outputs / f"serve-{len(self.starts)}"
        command = [sys.executable, "-m", "lms", "serve"]
        self.starts.append(Running(command, output, environment=self._environment))
        await eventually(self._ready, "lms serve is ready")

    def find(self, victim: str) -> int | None:
        running = self.starts[-1]
        if victim == SERVE:
            return running.process.pid
        pids = [pid for pid, line in running.processes().items() if COMMANDS[victim] in line]
        pids.sort()
        if victim == API:
            del pids[:1]
        return pids[0] if pids else None

    async def mourn(self, victim: str) -> None:
        if victim == SERVE:
            self.starts[-1].process.wait(WITHIN)
            await self.start()

    def stop(self) -> int:
        """SIGTERM, as an operator does; its exit code."""
        return self.starts[-1].stop()

    def left(self) -> dict[int, str]:
        """Whatever still runs of all that was started."""
        return {pid: line for one in self.starts for pid, line in one.processes().items()}

    def kill_all(self) -> None:
        for running in self.starts:
            running.kill_all()

    def said(self) -> str:
        return "\n".join(one.said() for one in self.starts)

    async def _ready(self) -> bool:
        running = self.starts[-1]
        assert running.process.poll() is None, running.said()
        return "lms: ready" in running.said() and await answers(self._http)


class HouseOfParts:
    """A cluster of ours, `lms web`, and one worker at a time that is replaced at once.

    Workers are forked from a process that has loaded them, so that there is one nearly always.
    """

    def __init__(self, chosen: Settings, outputs: Path, http: httpx.AsyncClient) -> None:
        self._http = http
        environment = {
            "LMS_DATA_DIR": str(chosen.data_dir),
            "LMS_PORT": str(chosen.port),
            "LMS_DATABASE_URL": chosen.database_url,
            "LMS_DATABASE_OWNER_URL": chosen.database_owner_url,
        }
        web = [sys.executable, "-m", "lms", "web"]
        self.web = Running(web, outputs / "web", environment=environment)
        self.output = outputs / "workers"
        given = {**os.environ, "PYTHONPATH": str(ROOT), MARK: self.web.mark, **environment}
        with self.output.open("ab") as said:
            self.nursery = subprocess.Popen(
                [sys.executable, str(NURSERY)],
                cwd=ROOT,
                env=given,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
            )
        self.worker: int | None = None

    async def start(self) -> None:
        await self.mourn(WORKER)
        await eventually(lambda: answers(self._http), "lms web answers")

    def find(self, _victim: str) -> int | None:
        return self.worker

    async def mourn(self, _victim: str) -> None:
        self.worker = await asyncio.to_thread(self._fork)

    def stop(self) -> int:
        """End the worker in order, then the web server; the web server's exit code."""
        self.nursery.communicate(timeout=WITHIN)
        return self.web.stop()

    def left(self) -> dict[int, str]:
        return self.web.processes()

    def kill_all(self) -> None:
        self.web.kill_all()
        self.nursery.kill()
        self.nursery.communicate()

    def said(self) -> str:
        return self.web.said() + self.output.read_text()

    def _fork(self) -> int:
        assert self.nursery.stdin is not None
        assert self.nursery.stdout is not None
        self.nursery.stdin.write(b"worker\n")
        self.nursery.stdin.flush()
        return int(self.nursery.stdout.readline())


AHouse = WholeHouse | HouseOfParts
