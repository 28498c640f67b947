"""Waiting for the database and bringing it to the newest schema, or refusing an older one."""

from __future__ import annotations

import asyncio
import ssl
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg
from sqlalchemy.exc import DBAPIError

from lms.kernel.db import plain_dsn
from lms.kernel.revisions import is_behind
from lms.serving.refusal import Refusal
from lms.serving.terminal import say
from lms.settings import Settings

_OLDEST_POSTGRESQL = 15
_DATABASE_WITHIN = 60.0
_RECOVERED_WITHIN = 900.0
_TELL_AFTER = 5.0
_ASK_EVERY = 0.02
_FILES = ("sslrootcert", "sslcert", "sslkey", "sslcrl")
_STARTING = (
    OSError,
    asyncpg.CannotConnectNowError,
    asyncpg.PostgresConnectionError,
    asyncpg.TargetServerAttributeNotMatched,
)
"""What a server that starts, a proxy before it, or one that is to become primary answers first."""

UNUSABLE = (
    asyncpg.CannotConnectNowError,
    asyncpg.ClientConfigurationError,
    asyncpg.InsufficientPrivilegeError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.PostgresConnectionError,
    asyncpg.TargetServerAttributeNotMatched,
    asyncpg.TooManyConnectionsError,
)
"""How a connection is not made, for reasons that the operator can mend."""

_BARRED = (
    asyncpg.InsufficientPrivilegeError,
    asyncpg.UndefinedObjectError,
    asyncpg.DiskFullError,
)
"""What the server's administrator can mend: a right, a role, a disk."""


async def bring_schema_up(chosen: Settings) -> None:
    """Migrate as the owner; the application's role, where it is another, gets its rights.

    Raises:
        Refusal: the database does not answer, the way in is refused, it is one that cannot hold our
            data, or the owner may not migrate it.
    """
    from lms.migrating import migrate  # noqa: PLC0415 (heavy, and only a migration needs it)

    await _await_database(chosen)
    application, owner = _role_of(chosen.database_url), _role_of(chosen.database_owner_url)
    try:
        await migrate(
            chosen.database_owner_url, app_role=application if application != owner else None
        )
    except DBAPIError as error:
        cause = getattr(error.orig, "__cause__", None)
        if not isinstance(cause, _BARRED):
            raise
        raise Refusal(
            f"The migration could not be finished: {cause}. "
            "It needs the role that owns the database, and the application's role to exist."
        ) from error


def _role_of(address: str) -> str | None:
    """The role that an address names, before or after its host."""
    parts = urlsplit(address)
    return unquote(parts.username or "") or parse_qs(parts.query).get("user", [None])[0]


async def refuse_older_schema(pool: asyncpg.Pool) -> None:
    """Keep a process from working on a schema that its release does not know any more.

    Raises:
        Refusal: the database waits for a migration.
    """
    if await is_behind(pool):
        raise Refusal(
            "The database waits for this release's migration. Bring it up with:  "
            f"{sys.executable} -m lms migrate"
        )


async def _await_database(chosen: Settings) -> None:
    """Wait while the server starts, and longer while it recovers."""
    _refuse_missing_files(chosen.database_owner_url)
    began, told = time.monotonic(), False
    while True:
        try:
            connection = await asyncpg.connect(plain_dsn(chosen.database_owner_url), timeout=10)
        except _STARTING as error:
            waited = time.monotonic() - began
            if _is_hopeless(error, waited):
                raise Refusal(f"The database does not answer: {error or 'in time'}") from error
            if waited > _TELL_AFTER and not told:
                told = True
                say(f"waiting for the database: {error or 'no answer'}")
            await asyncio.sleep(_ASK_EVERY)
        except (asyncpg.PostgresError, asyncpg.ClientConfigurationError) as error:
            raise Refusal(f"The database refuses the way in: {error}") from error
        else:
            try:
                await _refuse_unfit(connection)
            finally:
                await connection.close()
            return


def _refuse_missing_files(address: str) -> None:
    query = parse_qs(urlsplit(address).query)
    for name in _FILES:
        for path in query.get(name, []):
            if not Path(path).is_file():
                raise Refusal(f"The {name} of the database's address is no file: {path}")


def _is_hopeless(error: Exception, waited: float) -> bool:
    recovers = isinstance(error, asyncpg.CannotConnectNowError)
    longest = _RECOVERED_WITHIN if recovers else _DATABASE_WITHIN
    return waited > longest or isinstance(error, ssl.SSLCertVerificationError)


async def _refuse_unfit(connection: asyncpg.Connection) -> None:
    major = connection.get_server_version().major
    if major < _OLDEST_POSTGRESQL:
        raise Refusal(
            f"The database is PostgreSQL {major}; {_OLDEST_POSTGRESQL} or newer is needed."
        )
    encoding, read_only = await connection.fetchrow(
        "SELECT current_setting('server_encoding'), current_setting('transaction_read_only')"
    )
    if encoding != "UTF8":
        raise Refusal(
            f"The database is encoded in {encoding}, which cannot hold Chinese. Make one with:  "
            "CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
        )
    if read_only == "on":
        raise Refusal("The database only reads: it is a standby, or set so. Name its primary.")
