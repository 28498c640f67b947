"""`make bench`: every figure of docs/performance.md in one run on this machine.

    python -m scripts.bench [part ...]

Parts: memory journey centres reads roster; all of them unless named.
"""

import asyncio
import os
import platform as machine
import sys
import tempfile
import time
from pathlib import Path

import asyncpg
import psutil

from lms.kernel.event_loop import new_event_loop
from lms.serving.postgres.ephemeral import ephemeral_cluster
from scripts.bench import centres, floor, journey, processes, reads, roster, rows
from scripts.bench.inside import inside
from scripts.bench.rows import Row, at_most

PARTS = ("memory", "journey", "centres", "reads", "roster")
IDLE_SECONDS = 5
IDLE_MEGABYTES = 150.0


def main() -> int:
    """Measure, print, write; 1 when a bar is not met."""
    wanted = sys.argv[1:] or PARTS
    found: list[Row] = []
    with (
        tempfile.TemporaryDirectory(prefix="lms-floor-") as folder,
        ephemeral_cluster(Path(folder) / "data", fsync=True) as cluster,
    ):
        dsn = cluster.url("postgres", "postgres", driver="")
        asyncio.run(_fill_floor(dsn))
        postgres_pid = int((cluster.data / "postmaster.pid").read_text().splitlines()[0])
        with processes.product() as product, processes.floor(dsn, postgres_pid) as bare:
            for part in wanted:
                sys.stderr.write(f"measuring: {part}\n")
                with asyncio.Runner(loop_factory=new_event_loop) as runner:
                    found += runner.run(_part(part, product, bare))
    print(rows.table(found))
    if tuple(wanted) == PARTS:
        rows.write(found, _this_machine())
    return int(any(row.met is False for row in found))


async def _fill_floor(dsn: str) -> None:
    async with asyncpg.create_pool(dsn) as pool:
        await floor.fill(pool)


async def _part(part: str, product: processes.Served, bare: processes.Served) -> list[Row]:
    async with inside(product) as opened:
        match part:
            case "memory":
                return _memory(product)
            case "journey":
                return await journey.measured(opened, product, bare)
            case "centres":
                return await centres.measured(opened, product)
            case "reads":
                return await reads.measured(opened, product, bare)
            case "roster":
                return await roster.measured(opened, product)
    raise ValueError(f"no part {part}; there are {', '.join(PARTS)}")


def _memory(product: processes.Served) -> list[Row]:
    time.sleep(IDLE_SECONDS)
    resident = product.resident_bytes(roster.API_PROCESS) / roster.MEGABYTE
    return [at_most("memory of one idle API process", resident, "MB", IDLE_MEGABYTES)]


def _this_machine() -> str:
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"Measured on {os.cpu_count()} cores, {memory:.0f} GiB of memory, {machine.system()}, "
        f"Python {machine.python_version()}, {time.strftime('%Y-%m-%d', time.gmtime())}."
    )


if __name__ == "__main__":
    sys.exit(main())
