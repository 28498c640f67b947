"""Which schemas this release knows: the migrations that came with it, by their dated names."""

import functools
from collections.abc import Sequence
from pathlib import Path

import asyncpg

FOLDER = Path(__file__).parents[2] / "migrations" / "versions"
FOUND = "SELECT max(version_num) FROM alembic_version"


@functools.cache
def known() -> Sequence[str]:
    """Every revision, oldest first; the last is the one that this release was written for."""
    return sorted(path.stem for path in FOLDER.glob("*.py"))


async def is_behind(pool: asyncpg.Pool) -> bool:
    """Whether the database still waits for a migration of this release, or for its grants.

    A revision that this release does not know is a newer one's, which keeps older ones running.
    """
    try:
        found = await pool.fetchval(FOUND, timeout=2)
    except (asyncpg.UndefinedTableError, asyncpg.InsufficientPrivilegeError):
        return True
    return found is None or found in known()[:-1]
