"""A large roster by CSV over HTTP: time, and the memory of the API process while it is read."""

import io
import threading
import time
from typing import Self
from uuid import UUID

import httpx

from lms.app import Platform
from lms.people.grants.roles import Role
from scripts.bench.crowds import a_bench_world
from scripts.bench.processes import Served
from scripts.bench.rows import Row, at_most
from tests.builders.people import somebody

LINES = 100_000
CENTRES = 20
MOST_SECONDS = 60.0
MOST_MEGABYTES = 500.0
API_PROCESS = "lms web"
MEGABYTE = 1_000_000


class Peak:
    """The largest resident memory of the API process while it is watched."""

    def __init__(self, served: Served) -> None:
        self.bytes = 0
        self._served = served
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.05):
            self.bytes = max(self.bytes, self._served.resident_bytes(API_PROCESS))


async def measured(opened: Platform, product: Served) -> list[Row]:
    """Preview and commit of the whole file, as a manager's client does it."""
    world = await a_bench_world(opened)
    centres = [await world.centre() for _ in range(CENTRES)]
    _, headers = await somebody(opened, Role.COMPANY_MANAGER, world.organisation_id)
    path = f"/api/v1/organisations/{world.organisation_id}/imports"
    file = _file(centres)
    with Peak(product) as peak:
        begun = time.monotonic()
        async with httpx.AsyncClient(base_url=product.url, timeout=300) as client:
            csv = {"Content-Type": "text/csv; charset=utf-8"}
            preview = await client.post(path, content=file, headers={**headers, **csv})
            preview.raise_for_status()
            seen = preview.json()
            if seen["faults"] or seen["joins"] != LINES:
                raise RuntimeError(f"the preview found {seen}")
            done = await client.post(f"{path}/{seen['id']}/commit", headers=headers)
            done.raise_for_status()
        seconds = time.monotonic() - begun
    name = f"CSV roster of {LINES:,} rows, preview and commit over HTTP"
    return [
        at_most(name, seconds, "s", MOST_SECONDS),
        at_most(f"{name}, API process's memory", peak.bytes / MEGABYTE, "MB", MOST_MEGABYTES),
    ]


def _file(centres: list[UUID]) -> bytes:
    text = io.StringIO()
    text.write("staff number,name zh,name en,email,job role,centre\n")
    for number in range(LINES):
        centre = centres[number % CENTRES]
        text.write(f"N{number:06},陳大文,CHAN Tai Man,n{number}@large.example,agent,{centre}\n")
    return text.getvalue().encode()
