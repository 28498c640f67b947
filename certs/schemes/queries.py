"""Reading schemes: the newest version is the one that holds."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from certs.schemes.models import Scheme, SchemeKind
from lms.kernel.paging import PageRequest


async def course_scheme(session: AsyncSession, course_id: UUID) -> Scheme | None:
    """The scheme of a course that holds now, if one was ever approved."""
    query = (
        select(Scheme)
        .where(col(Scheme.kind) == SchemeKind.COURSE, col(Scheme.course_id) == course_id)
        .order_by(col(Scheme.version).desc())
        .limit(1)
    )
    return (await session.scalars(query)).first()


async def centre_scheme(session: AsyncSession) -> Scheme | None:
    """The centre certificate's scheme that holds now, if the operator has set one."""
    query = (
        select(Scheme)
        .where(col(Scheme.kind) == SchemeKind.CENTRE)
        .order_by(col(Scheme.version).desc())
        .limit(1)
    )
    return (await session.scalars(query)).first()


async def last_version(session: AsyncSession, kind: SchemeKind, course_id: UUID | None) -> int:
    """The highest version so far, 0 if there is none."""
    query = select(func.max(col(Scheme.version))).where(col(Scheme.kind) == kind)
    if course_id is not None:
        query = query.where(col(Scheme.course_id) == course_id)
    return await session.scalar(query) or 0


async def schemes(session: AsyncSession, page: PageRequest) -> Sequence[Scheme]:
    """Every version of every scheme, newest first, one more than the page holds."""
    query = select(Scheme).order_by(col(Scheme.id).desc()).limit(page.limit + 1)
    if page.after:
        query = query.where(col(Scheme.id) < page.after_id())
    return (await session.scalars(query)).all()
