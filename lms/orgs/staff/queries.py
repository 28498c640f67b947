"""Reading staff records and their links. The organisation is the scope."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Row, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, or_

from lms.kernel.paging import PageRequest
from lms.kernel.problems import NotFound
from lms.orgs.organisations.models import Organisation
from lms.orgs.staff.models import Assignment, Consent, StaffLink, StaffRecord

ZONES_APART = timedelta(days=1)
"""A day of one zone can be the day before or after in another."""


async def require_record(
    session: AsyncSession, organisation_id: UUID, staff_record_id: UUID
) -> StaffRecord:
    """One staff record of a company, as the database has it now.

    Raises:
        NotFound: the company has none such.
    """
    query = (
        select(StaffRecord)
        .where(
            col(StaffRecord.id) == staff_record_id,
            col(StaffRecord.organisation_id) == organisation_id,
        )
        .execution_options(populate_existing=True)
    )
    found = (await session.scalars(query)).one_or_none()
    if found is None:
        raise NotFound
    return found


async def staff_of_organisation(
    session: AsyncSession,
    organisation_id: UUID,
    page: PageRequest,
    *,
    staff_number: str | None = None,
    linked: bool | None = None,
) -> Sequence[Row[StaffRecord, StaffLink | None]]:
    """Records with their open link, by staff number, one more than the page holds."""
    query = (
        _with_open_link()
        .where(col(StaffRecord.organisation_id) == organisation_id)
        .order_by(col(StaffRecord.staff_number))
        .limit(page.limit + 1)
    )
    if staff_number is not None:
        query = query.where(col(StaffRecord.staff_number) == staff_number)
    if linked is not None:
        there = col(StaffLink.id)
        query = query.where(there.is_not(None) if linked else there.is_(None))
    if page.after:
        query = query.where(col(StaffRecord.staff_number) > page.after_text())
    return (await session.execute(query)).all()


async def records_with_open_link(
    session: AsyncSession, organisation_id: UUID, staff_record_ids: Sequence[UUID]
) -> dict[UUID, tuple[StaffRecord, StaffLink | None]]:
    """Those of these records that are the company's, each with the link that has not been ended."""
    query = _with_open_link().where(
        col(StaffRecord.organisation_id) == organisation_id,
        col(StaffRecord.id).in_(staff_record_ids),
    )
    return {record.id: (record, link) for record, link in (await session.execute(query)).all()}


def _with_open_link() -> Select[StaffRecord, StaffLink | None]:
    open_link = and_(
        col(StaffLink.staff_record_id) == col(StaffRecord.id), col(StaffLink.ended_at).is_(None)
    )
    return select(StaffRecord, StaffLink).join(StaffLink, open_link, isouter=True)


async def links_of_record(session: AsyncSession, staff_record_id: UUID) -> Sequence[StaffLink]:
    """Every link that a record has had, the newest first."""
    query = (
        select(StaffLink)
        .where(col(StaffLink.staff_record_id) == staff_record_id)
        .order_by(col(StaffLink.valid_from).desc(), col(StaffLink.id).desc())
    )
    return (await session.scalars(query)).all()


async def open_link_of_record(session: AsyncSession, staff_record_id: UUID) -> StaffLink | None:
    """The link that has not been ended, if there is one, as the database has it now."""
    query = (
        select(StaffLink)
        .where(col(StaffLink.staff_record_id) == staff_record_id, col(StaffLink.ended_at).is_(None))
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(query)).one_or_none()


async def open_links_of_organisation(
    session: AsyncSession, organisation_id: UUID
) -> Sequence[StaffLink]:
    """Every link of a company that has not been ended."""
    query = (
        select(StaffLink)
        .where(col(StaffLink.organisation_id) == organisation_id, col(StaffLink.ended_at).is_(None))
        .order_by(col(StaffLink.id))
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(query)).all()


async def last_end(
    session: AsyncSession, organisation_id: UUID, staff_record_id: UUID, person_id: UUID
) -> date | None:
    """The latest end (exclusive) of a record's ended links, and of a person's in that company."""
    query = select(func.max(col(StaffLink.valid_to))).where(
        col(StaffLink.organisation_id) == organisation_id,
        or_(
            col(StaffLink.staff_record_id) == staff_record_id,
            col(StaffLink.person_id) == person_id,
        ),
    )
    return (await session.scalars(query)).one()


async def linked_people(
    session: AsyncSession, staff_record_ids: Iterable[UUID], day: date
) -> set[UUID]:
    """The people linked to these records on `day` or later: locked before their places change."""
    query = select(col(StaffLink.person_id)).where(
        col(StaffLink.staff_record_id).in_(list(staff_record_ids)),
        or_(col(StaffLink.valid_to).is_(None), col(StaffLink.valid_to) > day - ZONES_APART),
    )
    return set((await session.scalars(query)).all())


async def centres_of_record(session: AsyncSession, staff_record_id: UUID, day: date) -> list[UUID]:
    """The centres that count a record on `day` or later, as is known now.

    One day earlier too, since in another zone `day` may not have begun.
    """
    query = (
        select(col(Assignment.centre_id))
        .where(
            col(Assignment.staff_record_id) == staff_record_id,
            col(Assignment.is_primary),
            col(Assignment.superseded_at).is_(None),
            or_(
                col(Assignment.valid_to).is_(None),
                col(Assignment.valid_to) > day - ZONES_APART,
            ),
        )
        .distinct()
    )
    return sorted((await session.scalars(query)).all())


async def employments_of_person(
    session: AsyncSession, person_id: UUID
) -> Sequence[Row[StaffLink, Organisation]]:
    """Somebody's own links, past and present, with the company of each."""
    query = (
        select(StaffLink, Organisation)
        .join(Organisation, col(Organisation.id) == col(StaffLink.organisation_id))
        .where(col(StaffLink.person_id) == person_id)
        .order_by(col(StaffLink.valid_from).desc(), col(StaffLink.id).desc())
    )
    return (await session.execute(query)).all()


async def open_consent(
    session: AsyncSession, organisation_id: UUID, person_id: UUID
) -> Consent | None:
    """The consent by which a company sees a person's results, while it stands."""
    query = (
        select(Consent)
        .where(
            col(Consent.organisation_id) == organisation_id,
            col(Consent.person_id) == person_id,
            col(Consent.withdrawn_at).is_(None),
        )
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(query)).one_or_none()


async def consents_of_person(session: AsyncSession, person_id: UUID) -> Sequence[Consent]:
    """Somebody's own consents, withdrawn ones too, the newest first."""
    query = (
        select(Consent).where(col(Consent.person_id) == person_id).order_by(col(Consent.id).desc())
    )
    return (await session.scalars(query)).all()
