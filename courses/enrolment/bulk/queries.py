"""Reading a company's staff by their numbers, and its previews. The organisation is the scope."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from courses.enrolment.bulk.models import EnrolmentPreview, PreviewState
from courses.enrolment.models import SeatHold
from lms.kernel.problems import NotFound
from lms.orgs.staff.models import StaffLink, StaffRecord
from lms.orgs.staff.spans import gives_on


async def people_by_number(
    session: AsyncSession, organisation_id: UUID, staff_numbers: Collection[str], day: date
) -> dict[str, UUID | None]:
    """Whom the company can enrol on a day, or None, by each staff number that it knows."""
    query = (
        select(col(StaffRecord.staff_number), col(StaffLink.person_id))
        .outerjoin(
            StaffLink,
            and_(
                col(StaffLink.staff_record_id) == col(StaffRecord.id),
                gives_on(day),
            ),
        )
        .where(
            col(StaffRecord.organisation_id) == organisation_id,
            col(StaffRecord.staff_number).in_(staff_numbers),
        )
    )
    return {row.staff_number: row.person_id for row in await session.execute(query)}


async def require_preview(
    session: AsyncSession, organisation_id: UUID, preview_id: UUID, *, locked: bool = False
) -> EnrolmentPreview:
    """One preview of a company.

    Raises:
        NotFound: the company has none such.
    """
    query = (
        select(EnrolmentPreview)
        .where(
            col(EnrolmentPreview.id) == preview_id,
            col(EnrolmentPreview.organisation_id) == organisation_id,
        )
        .execution_options(populate_existing=True)
    )
    if locked:
        query = query.with_for_update(key_share=True)
    found = (await session.scalars(query)).one_or_none()
    if found is None:
        raise NotFound
    return found


async def open_previews_of_class(
    session: AsyncSession, organisation_id: UUID, class_id: UUID
) -> Sequence[EnrolmentPreview]:
    """A company's open previews for a locked class."""
    query = (
        select(EnrolmentPreview)
        .where(
            col(EnrolmentPreview.organisation_id) == organisation_id,
            col(EnrolmentPreview.class_id) == class_id,
            col(EnrolmentPreview.state) == PreviewState.OPEN,
        )
        .execution_options(populate_existing=True)
        .with_for_update(key_share=True)
    )
    return (await session.scalars(query)).all()


async def expired_previews(
    session: AsyncSession, now: datetime, *, class_id: UUID | None
) -> Sequence[EnrolmentPreview]:
    """Open previews whose time is over, of one locked class or of courses without one."""
    query = (
        select(EnrolmentPreview)
        .where(
            col(EnrolmentPreview.state) == PreviewState.OPEN,
            col(EnrolmentPreview.expires_at) <= now,
            col(EnrolmentPreview.class_id).is_not_distinct_from(class_id),
        )
        .execution_options(populate_existing=True)
        .with_for_update(key_share=True, skip_locked=class_id is None)
    )
    return (await session.scalars(query)).all()


async def classes_with_expired_previews(session: AsyncSession, now: datetime) -> list[UUID | None]:
    """The classes (None: courses without one) in which a preview's time is over."""
    query = (
        select(col(EnrolmentPreview.class_id))
        .where(
            col(EnrolmentPreview.state) == PreviewState.OPEN,
            col(EnrolmentPreview.expires_at) <= now,
        )
        .distinct()
    )
    return list(await session.scalars(query))


async def hold_of(session: AsyncSession, preview_id: UUID) -> SeatHold | None:
    """The seats that a preview keeps, if any."""
    return await session.get(SeatHold, preview_id, populate_existing=True)


async def drop_holds(session: AsyncSession, preview_ids: Collection[UUID]) -> None:
    """Give back what previews keep."""
    await session.execute(delete(SeatHold).where(col(SeatHold.preview_id).in_(preview_ids)))
