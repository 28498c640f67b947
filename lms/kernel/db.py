"""Engines, column types and DDL fragments shared by every slice's tables.

What a table holds is said in its slice; how a unit of work uses a connection is in `work.py`.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any

import asyncpg
from sqlalchemy import Column, DateTime, Enum, MetaData
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel import SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

metadata: MetaData = SQLModel.metadata
metadata.naming_convention = NAMING

DIALECT = "postgresql+asyncpg://"

POOL_PATIENCE = 10.0

PLANNING = {"jit": "off", "random_page_cost": "1.1", "max_parallel_workers_per_gather": "0"}
"""Many small transactions on pages that lie in memory or on a solid-state disk, side by side."""

ISSUER_REACH = "issuer"
"""The value of the setting `lms.reach` with which issuer staff and the worker see company rows."""


def utc_column(*, nullable: bool = False, index: bool = False) -> Column[datetime]:
    """A TIMESTAMPTZ column: an aware instant, never a local time."""
    return Column(DateTime(timezone=True), nullable=nullable, index=index)


def enum_column(
    members: type[StrEnum], *, name: str, nullable: bool = False, index: bool = False
) -> Column[Any]:
    """A text column whose CHECK lists the members' values (no native enum: adding one is cheap).

    `name` is the constraint's own part; the naming convention puts `ck_<table>_` before it.
    """
    kind = Enum(
        members,
        native_enum=False,
        create_constraint=True,
        name=name,
        values_callable=lambda cls: [member.value for member in cls],
        length=40,
    )
    return Column(kind, nullable=nullable, index=index)


def json_column(*, nullable: bool = False) -> Column[Any]:
    """A JSONB column for documents that are stored whole and never queried by their parts."""
    return Column(JSONB(none_as_null=True), nullable=nullable)


def organisation_policy(table: str, column: str = "organisation_id") -> tuple[str, ...]:
    """Row-level security for a company table: the second net behind each query's own scope.

    Without `lms.reach` no row is visible and none can be written (fails closed).

    A CASE, not an OR: of an OR the planner expects one row in two hundred, and would search an
    index once for each of a hundred thousand rows instead of joining them; of a CASE it expects
    half.
    """
    reach = "current_setting('lms.reach', true)"
    test = f"(CASE WHEN {reach} = '{ISSUER_REACH}' THEN true ELSE {column}::text = {reach} END)"
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY {table}_reach ON {table} USING {test} WITH CHECK {test}",
    )


def append_only(table: str) -> tuple[str, ...]:
    """Refuse UPDATE and DELETE in the database: the past is not changed without a trace."""
    return (
        (
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION lms_refuse_change()"
        ),
    )


def engine(url: str, *, pool_size: int = 10, patience: float = POOL_PATIENCE) -> AsyncEngine:
    """The SQLAlchemy engine for ordinary work: READ COMMITTED, a bounded pool.

    `patience` is how many seconds a unit of work waits for a connection before it gives up
    (sqlalchemy.exc.TimeoutError).

    No overflow: what overflows is closed again at once, and making a connection and preparing its
    statements anew costs more than most units of work. The one that was used last goes first: it
    has the most statements prepared.
    """
    return create_async_engine(
        DIALECT,
        pool_size=pool_size,
        max_overflow=0,
        pool_use_lifo=True,
        pool_timeout=patience,
        pool_pre_ping=False,
        hide_parameters=True,  # an error's text is logged: no key, hash or address in it
        isolation_level="READ COMMITTED",
        connect_args={
            "server_settings": {"application_name": "lms", **PLANNING},
            "async_creator_fn": reaching(url),
        },
    )


def plain_dsn(url: str) -> str:
    """The address as asyncpg itself reads it."""
    return url.replace(DIALECT, "postgresql://", 1)


def reaching(url: str) -> Callable[..., Awaitable[asyncpg.Connection]]:
    """How an engine gets its connections, for `connect_args["async_creator_fn"]`.

    asyncpg reads the whole address, as it does for the hot pool: SQLAlchemy would hand `sslmode`
    and its like on as arguments that nobody takes, and knows no list of hosts.
    """
    return partial(connect, plain_dsn(url))


async def connect(
    *address: Any,  # noqa: ANN401 - asyncpg's own
    **options: Any,  # noqa: ANN401 - as above
) -> asyncpg.Connection:
    """A connection as asyncpg makes it; a server that nobody reaches is told as one that starts.

    Raises:
        CannotConnectNowError: it does not answer.
    """
    try:
        return await asyncpg.connect(*address, **options)
    except OSError as error:
        raise asyncpg.CannotConnectNowError(f"the database does not answer: {error}") from error


async def hot_pool(url: str, *, size: int) -> asyncpg.Pool:
    """The pool for hot paths' own statements; rows of company tables are out of its reach."""
    return await asyncpg.create_pool(
        plain_dsn(url),
        min_size=1,
        max_size=size,
        connect=connect,
        server_settings={
            "application_name": "lms-hot",
            **PLANNING,
            "plan_cache_mode": "force_generic_plan",  # look-ups by key: planned once a connection
        },
        reset=_nothing_to_reset,
    )


async def _nothing_to_reset(_: object) -> None:
    """Hot statements leave no session state, so the pool's own reset would double their trips."""
