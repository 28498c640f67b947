"""A company's whole roster out of the database into a file, while the process goes on serving."""

import asyncio
from datetime import date
from uuid import UUID

from lms.kernel.work import Work
from lms.orgs.centres.queries import open_centres
from lms.orgs.roster.queries import primary_places_on
from lms.orgs.roster.spreadsheet import Called, ExportLine, labels, opening, part

BATCH = 5_000


async def roster_file(work: Work, organisation_id: UUID, day: date) -> bytes:
    """The primary places of a day in centres that take staff, by staff number."""
    centres = await open_centres(work.session, organisation_id)
    called = labels(Called(row.id, row.name_zh, row.name_en) for row in centres)
    found = await work.session.stream(primary_places_on(organisation_id, day, list(called)))
    parts = [opening()]
    async for batch in found.partitions(BATCH):
        lines = [ExportLine(*row) for row in batch]
        parts.append(await asyncio.to_thread(part, lines, called))
    return "".join(parts).encode()
