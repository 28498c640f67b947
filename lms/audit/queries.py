"""Reading the audit trail; only issuer staff does, by its permission."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from lms.audit.models import AuditEntry
from lms.kernel.paging import PageRequest


async def entries(
    session: AsyncSession,
    page: PageRequest,
    *,
    subject_id: UUID | None = None,
    actor_id: UUID | None = None,
    action: str | None = None,
) -> Sequence[AuditEntry]:
    """Entries, newest first, one more than the page holds."""
    query = select(AuditEntry).order_by(col(AuditEntry.id).desc()).limit(page.limit + 1)
    if subject_id is not None:
        query = query.where(col(AuditEntry.subject_id) == subject_id)
    if actor_id is not None:
        query = query.where(col(AuditEntry.actor_id) == actor_id)
    if action is not None:
        query = query.where(col(AuditEntry.action) == action)
    if page.after:
        query = query.where(col(AuditEntry.id) < page.after_id())
    return (await session.scalars(query)).all()
