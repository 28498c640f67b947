"""SELECTs about flags; staff only, the route's permission is the scope."""

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from courses.attempts.flags.models import AttemptFlag, AttemptFlagSettlement
from courses.attempts.models import Attempt
from lms.kernel.paging import PageRequest
from lms.kernel.problems import NotFound


class FlagState(StrEnum):
    """Derived: a flag is settled when it has a settlement."""

    OPEN = "open"
    SETTLED = "settled"


class Flagged(NamedTuple):
    """A flag, what was found about it if it is settled, and the attempt that it is on."""

    flag: AttemptFlag
    settlement: AttemptFlagSettlement | None
    attempt: Attempt


class FlagCount(NamedTuple):
    """How many flags an attempt has, and how many of them are open."""

    all: int = 0
    open: int = 0


async def flags(
    session: AsyncSession,
    page: PageRequest,
    *,
    reader_id: UUID,
    state: FlagState | None,
    sitting_id: UUID | None,
) -> Sequence[Flagged]:
    """Flags on others' attempts than the reader's, newest first; one more than the page holds."""
    query = _flagged().where(col(Attempt.person_id) != reader_id)
    query = query.order_by(col(AttemptFlag.id).desc()).limit(page.limit + 1)
    settled_at = col(AttemptFlagSettlement.settled_at)
    if state is FlagState.OPEN:
        query = query.where(settled_at.is_(None))
    if state is FlagState.SETTLED:
        query = query.where(settled_at.is_not(None))
    if sitting_id is not None:
        query = query.where(col(Attempt.sitting_id) == sitting_id)
    if page.after:
        query = query.where(col(AttemptFlag.id) < page.after_id())
    return [Flagged(*row) for row in await session.execute(query)]


async def flags_of_attempt(session: AsyncSession, attempt_id: UUID) -> Sequence[Flagged]:
    """An attempt's flags in the order of their raising."""
    query = _flagged().where(col(AttemptFlag.attempt_id) == attempt_id)
    return [Flagged(*row) for row in await session.execute(query.order_by(col(AttemptFlag.id)))]


async def require_flag(session: AsyncSession, flag_id: UUID) -> Flagged:
    """One flag.

    Raises:
        NotFound: there is none.
    """
    query = _flagged().where(col(AttemptFlag.id) == flag_id)
    found = (await session.execute(query)).one_or_none()
    if found is None:
        raise NotFound
    return Flagged(*found)


async def flag_counts(
    session: AsyncSession, attempt_ids: Collection[UUID]
) -> dict[UUID, FlagCount]:
    """The flags of those of the attempts that have any."""
    settled = func.count(col(AttemptFlagSettlement.flag_id))
    query = (
        select(col(AttemptFlag.attempt_id), func.count(), func.count() - settled)
        .outerjoin(AttemptFlagSettlement, _settles())
        .where(col(AttemptFlag.attempt_id).in_(attempt_ids))
        .group_by(col(AttemptFlag.attempt_id))
    )
    return {row[0]: FlagCount(row[1], row[2]) for row in await session.execute(query)}


def _flagged() -> Select[AttemptFlag, AttemptFlagSettlement, Attempt]:
    return (
        select(AttemptFlag, AttemptFlagSettlement, Attempt)
        .join(Attempt, col(Attempt.id) == col(AttemptFlag.attempt_id))
        .outerjoin(AttemptFlagSettlement, _settles())
    )


def _settles() -> ColumnElement[bool]:
    return col(AttemptFlagSettlement.flag_id) == col(AttemptFlag.id)
