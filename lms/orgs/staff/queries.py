"""Reading staff records and their links. The organisation is the scope."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, or_

from lms.kernel.paging import PageRequest
from lms.kernel.problems import NotFound
from lms.orgs.organisations.models import Organisation
from lms.orgs.staff.models import Assignment, Consent, StaffLink, StaffRecord
from lms.orgs.staff.spans import holds_on, is_or_is_to_come, not_over_on

ZONES_APART = timedelta(days=1)
"""A day of one zone can be the day before or after in another."""

RUNNING_OUT = text(
    """
    SELECT k.organisation_id, k.staff_record_id, k.person_id, k.valid_to, k.end_reason,
        CASE WHEN bool_and(a.valid_to IS NOT NULL) THEN max(a.valid_to) END AS last
    FROM staff_link k
    JOIN assignment a ON a.staff_record_id = k.staff_record_id AND a.superseded_at IS NULL
        AND (a.valid_to IS NULL OR a.valid_to > k.valid_to)
    WHERE k.staff_record_id = ANY (:records) AND k.end_told_at IS NULL
        AND k.valid_to > :today AND k.valid_to > k.valid_from
        AND NOT EXISTS (
            SELECT FROM staff_link o
            WHERE o.organisation_id = k.organisation_id
                AND (o.staff_record_id = k.staff_record_id OR o.person_id = k.person_id)
                AND (o.valid_to IS NULL OR o.valid_to > k.valid_to)
        )
    GROUP BY k.id HAVING bool_or(a.valid_from <= k.valid_to) ORDER BY k.id
    """
)


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
    on: date,
) -> Sequence[Row[StaffRecord, StaffLink | None]]:
    """Records with the link that holds on a day, by staff number, one more than the page holds."""
    query = (
        _with_link(holds_on(StaffLink, on))
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


async def records_with_link(
    session: AsyncSession, organisation_id: UUID, staff_record_ids: Sequence[UUID], day: date
) -> dict[UUID, tuple[StaffRecord, StaffLink | None]]:
    """Those of these records that are the company's, each with a link of `day` or later."""
    query = _with_link(is_or_is_to_come(StaffLink, day)).where(
        col(StaffRecord.organisation_id) == organisation_id,
        col(StaffRecord.id).in_(staff_record_ids),
    )
    return {record.id: (record, link) for record, link in (await session.execute(query)).all()}


def _with_link(which: ColumnElement[bool]) -> Select[StaffRecord, StaffLink | None]:
    joined = and_(col(StaffLink.staff_record_id) == col(StaffRecord.id), which)
    return select(StaffRecord, StaffLink).join(StaffLink, joined, isouter=True)


async def links_of_record(session: AsyncSession, staff_record_id: UUID) -> Sequence[StaffLink]:
    """Every link that a record has had, the newest first, as the database has them now."""
    query = (
        select(StaffLink)
        .where(col(StaffLink.staff_record_id) == staff_record_id)
        .order_by(col(StaffLink.valid_from).desc(), col(StaffLink.id).desc())
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(query)).all()


async def link_holding_on(
    session: AsyncSession, staff_record_id: UUID, day: date
) -> StaffLink | None:
    """The link by which a record is about somebody on a day."""
    query = select(StaffLink).where(
        col(StaffLink.staff_record_id) == staff_record_id, holds_on(StaffLink, day)
    )
    return (await session.scalars(query)).one_or_none()


async def open_link_of_record(session: AsyncSession, staff_record_id: UUID) -> StaffLink | None:
    """The link without any end, if there is one, as the database has it now."""
    query = (
        select(StaffLink)
        .where(col(StaffLink.staff_record_id) == staff_record_id, col(StaffLink.ended_at).is_(None))
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(query)).one_or_none()


async def links_to_end(
    session: AsyncSession,
    organisation_id: UUID,
    end: date,
    staff_record_ids: Collection[UUID] | None = None,
) -> Sequence[StaffLink]:
    """A company's links that go on after `end` (exclusive) and can end there, the latest first.

    Those that have not been ended, and those whose end is later and was not told yet.
    """
    later = and_(
        col(StaffLink.end_told_at).is_(None),
        col(StaffLink.valid_to) > end,
        col(StaffLink.valid_to) > col(StaffLink.valid_from),
    )
    query = (
        select(StaffLink)
        .where(
            col(StaffLink.organisation_id) == organisation_id,
            or_(col(StaffLink.ended_at).is_(None), later),
        )
        .order_by(col(StaffLink.valid_from).desc(), col(StaffLink.id).desc())
        .execution_options(populate_existing=True)
    )
    if staff_record_ids is not None:
        query = query.where(col(StaffLink.staff_record_id).in_(staff_record_ids))
    return (await session.scalars(query)).all()


async def works_on(session: AsyncSession, ended: StaffLink, day: date) -> bool:
    """Whether another link of the same person to the same company holds on a day."""
    query = select(col(StaffLink.id)).where(
        col(StaffLink.organisation_id) == ended.organisation_id,
        col(StaffLink.person_id) == ended.person_id,
        col(StaffLink.id) != ended.id,
        holds_on(StaffLink, day),
    )
    return (await session.execute(query)).first() is not None


async def due_ends(
    session: AsyncSession, today: date, but: Collection[UUID], most: int
) -> list[tuple[UUID, UUID]]:
    """Company and id of links whose end has come and was not told, the earliest end first."""
    query = (
        select(col(StaffLink.organisation_id), col(StaffLink.id))
        .where(
            col(StaffLink.ended_at).is_not(None),
            col(StaffLink.end_told_at).is_(None),
            col(StaffLink.valid_to) <= today,
            col(StaffLink.id).not_in(but),
        )
        .order_by(col(StaffLink.valid_to), col(StaffLink.id))
        .limit(most)
    )
    return [(row.organisation_id, row.id) for row in await session.execute(query)]


async def links_running_out(
    session: AsyncSession, staff_record_ids: Collection[UUID], today: date
) -> Sequence[Row[Any]]:
    """Links whose last day is not over, of records that have a place on the day after it.

    Each with `last`, the end (exclusive) of the record's last place, None where it has none. Left
    out is what another link of the record, or of the person to the company, follows.
    """
    parameters = {"records": list(staff_record_ids), "today": today}
    return (await session.execute(RUNNING_OUT, parameters)).all()


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


async def end_of_places(session: AsyncSession, staff_record_id: UUID, day: date) -> date | None:
    """The end (exclusive) of a record's last place, of those that it has on `day` or later.

    None where it has none then, or one without an end.
    """
    ends = col(Assignment.valid_to)
    query = select(case((func.count() == func.count(ends), func.max(ends)))).where(
        col(Assignment.staff_record_id) == staff_record_id,
        col(Assignment.superseded_at).is_(None),
        not_over_on(Assignment, day),
    )
    end: date | None = (await session.scalars(query)).one()
    return end


async def linked_people(
    session: AsyncSession, staff_record_ids: Iterable[UUID], day: date
) -> set[UUID]:
    """The people linked to these records on `day` or later: locked before their places change."""
    query = select(col(StaffLink.person_id)).where(
        col(StaffLink.staff_record_id).in_(list(staff_record_ids)),
        not_over_on(StaffLink, day - ZONES_APART),
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
            not_over_on(Assignment, day - ZONES_APART),
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
