"""Companies and roster files for tests: previewed and committed as the API does, without HTTP."""

import hashlib
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import UUID

from lms.kernel.work import Works
from lms.orgs.imports.models import RosterImport
from lms.orgs.imports.previewing import Wishes, preview
from lms.orgs.imports.service import commit
from tests.builders.orgs import SYSTEM, Watched, a_centre, a_company


@dataclass(frozen=True)
class Company:
    id: UUID
    east: UUID
    west: UUID


async def a_company_of_two(works: Works) -> Company:
    async with works.write(SYSTEM) as work:
        made = await a_company(work)
        east, west = [await a_centre(work, made, name) for name in ("East", "West")]
    return Company(made.id, east.id, west.id)


async def previewed(
    works: Works, organisation_id: UUID, content: str | bytes, **wishes: Any
) -> RosterImport:
    """The preview of a file."""
    raw = content.encode() if isinstance(content, str) else content
    digest = hashlib.sha256(raw).digest()
    async with works.write(SYSTEM) as work:
        return await preview(
            work, organisation_id, BytesIO(raw), Wishes("roster.csv", digest, **wishes)
        )


async def committed(
    works: Works,
    organisation_id: UUID,
    content: str | bytes,
    listener: Watched | None = None,
    **wishes: Any,
) -> RosterImport:
    """A file that was previewed and committed at once."""
    made = await previewed(works, organisation_id, content, **wishes)
    async with works.write(SYSTEM) as work:
        return await commit(work, listener or Watched(), organisation_id, made.id)
