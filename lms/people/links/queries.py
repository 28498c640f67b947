"""Reading one-time links."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from lms.kernel.ids import token_hash
from lms.kernel.paging import PageRequest
from lms.kernel.problems import NotFound
from lms.people.links.models import OneTimeLink, Purpose


async def lock_link(session: AsyncSession, link_id: UUID, *, scope_id: UUID | None) -> OneTimeLink:
    """One link of a scope under a row lock.

    Raises:
        NotFound: there is none in that scope.
    """
    query = (
        select(OneTimeLink)
        .where(
            col(OneTimeLink.id) == link_id,
            col(OneTimeLink.scope_id).is_not_distinct_from(scope_id),
        )
        .with_for_update(key_share=True)
    )
    found = (await session.scalars(query)).one_or_none()
    if found is None:
        raise NotFound
    return found


async def open_link(
    session: AsyncSession, purpose: Purpose, token: str, now: datetime
) -> OneTimeLink | None:
    """The link that a token opens, if it still opens one; to show what it is for, not to use it."""
    query = select(OneTimeLink).where(
        col(OneTimeLink.token_hash) == token_hash(token),
        col(OneTimeLink.purpose) == purpose,
        col(OneTimeLink.used_at).is_(None),
        col(OneTimeLink.cancelled_at).is_(None),
        col(OneTimeLink.expires_at) > now,
    )
    return (await session.scalars(query)).one_or_none()


async def unanswered(
    session: AsyncSession, scope_id: UUID | None, purposes: Sequence[Purpose], page: PageRequest
) -> Sequence[OneTimeLink]:
    """The links of a scope that nobody used or cancelled, the oldest first; expired ones too."""
    query = (
        select(OneTimeLink)
        .where(
            col(OneTimeLink.scope_id).is_not_distinct_from(scope_id),
            col(OneTimeLink.purpose).in_(purposes),
            col(OneTimeLink.used_at).is_(None),
            col(OneTimeLink.cancelled_at).is_(None),
        )
        .order_by(col(OneTimeLink.id))
        .limit(page.limit + 1)
    )
    if page.after:
        query = query.where(col(OneTimeLink.id) > page.after_id())
    return (await session.scalars(query)).all()
