"""How long a roster file takes, and how much memory: preview, commit, and the same file again.

    python scripts/time_roster_import.py [rows]

It starts an embedded PostgreSQL of its own. Reported, never asserted.
"""

import asyncio
import hashlib
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from certs.centres.evaluations.service import CentreFractions as CountedCentres
from lms.app import Platform, platform
from lms.kernel.actor import Actor
from lms.migrating import migrate
from lms.orgs.centres import service as centres
from lms.orgs.imports import service as imports
from lms.orgs.imports.previewing import Wishes, preview
from lms.orgs.organisations import service as organisations
from lms.orgs.organisations.service import CompanyNames
from lms.serving.ephemeral import ephemeral_cluster
from lms.settings import Settings

ROWS = 100_000
CENTRES = 20
SYSTEM = Actor.system("measures a roster file")


def a_file(rows: int, moved: int = 0) -> BinaryIO:
    """A roster of so many members; every `moved`-th one is in the next centre."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    file.write("員工編號,中文姓名,英文姓名,工作電郵,職位,中心,首日\n".encode())
    for number in range(rows):
        centre = (number + (1 if moved and number % moved == 0 else 0)) % CENTRES
        line = (
            f"{number:07},陳大文,CHAN Tai Man {number},p{number}@example.org,客戶服務主任,"
            f"Centre {centre},2026-01-{1 + number % 28:02}\n"
        )
        file.write(line.encode())
    return file


async def a_company(opened: Platform) -> UUID:
    """A registered company with registered centres."""
    listener = CountedCentres()
    async with opened.works.write(SYSTEM) as work:
        company = await organisations.register_new(work, CompanyNames(None, "Large"), None)
    for number in range(CENTRES):
        async with opened.works.write(SYSTEM) as work:
            names = CompanyNames(None, f"Centre {number}")
            centre = await centres.apply_for(work, company.id, names, "Asia/Hong_Kong")
        async with opened.works.write(SYSTEM) as work:
            await centres.register(work, listener, company.id, centre.id)
    return company.id


async def one_file(opened: Platform, company_id: UUID, file: BinaryIO, what: str) -> None:
    """Preview and commit one file, and say how long each took."""
    begun = time.perf_counter()
    file.seek(0)
    wishes = Wishes("large.csv", hashlib.sha256(b"").digest())
    async with opened.works.write(SYSTEM) as work:
        made = await preview(work, company_id, file, wishes)
    seen = time.perf_counter()
    async with opened.works.write(SYSTEM) as work:
        done = await imports.commit(work, CountedCentres(), company_id, made.id)
    ended = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{what}: {done.lines} lines, {done.joins} joins, {done.moves} moves, {done.same} same; "
        f"preview {seen - begun:.1f} s, commit {ended - seen:.1f} s, peak memory {peak} MB"
    )


async def measure(rows: int) -> None:
    """Three files: everybody new, the same again, one in ten moved."""
    with ephemeral_cluster() as cluster, tempfile.TemporaryDirectory() as data:
        url = cluster.url("postgres", "postgres")
        await migrate(url)
        chosen = Settings(env="test", database_url=url, data_dir=Path(data))
        async with platform(chosen) as opened:
            company_id = await a_company(opened)
            for what, moved in (("everybody new", 0), ("the same again", 0), ("a tenth moved", 10)):
                with a_file(rows, moved) as file:
                    await one_file(opened, company_id, file, what)


if __name__ == "__main__":
    asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS))
