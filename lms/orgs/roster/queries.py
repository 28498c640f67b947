"""Reading rosters: who counts where on a day, as is known now or was known at an instant."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, not_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, or_

from lms.kernel.paging import PageRequest
from lms.orgs.roster.timeline import Place
from lms.orgs.staff.models import Assignment, StaffLink, StaffRecord
from lms.orgs.staff.queries import ZONES_APART
from lms.orgs.staff.spans import holds_on, not_over_on


async def centres_of_person(session: AsyncSession, person_id: UUID, day: date) -> list[UUID]:
    """The centres that count somebody on `day`, or will: those to lock before an award changes.

    A day earlier is included, since `day` may not have begun in a centre's zone. The answer stays
    true while the caller holds the person's lock.
    """
    since = day - ZONES_APART
    query = (
        select(col(Assignment.centre_id))
        .join(StaffLink, col(StaffLink.staff_record_id) == col(Assignment.staff_record_id))
        .where(
            col(StaffLink.person_id) == person_id,
            not_over_on(StaffLink, since),
            col(Assignment.is_primary),
            col(Assignment.superseded_at).is_(None),
            not_over_on(Assignment, since),
        )
        .distinct()
    )
    return sorted((await session.scalars(query)).all())


async def roster_on(
    session: AsyncSession,
    organisation_id: UUID,
    day: date,
    page: PageRequest | None,
    *,
    known_at: datetime | None = None,
    centre_id: UUID | None = None,
) -> Sequence[Row[Assignment, StaffRecord, StaffLink | None]]:
    """A company's places of a day with record and link, by staff number; all where no page is."""
    query = _rows_of(day, known_at).where(
        col(Assignment.organisation_id) == organisation_id, *_known(known_at)
    )
    if centre_id is not None:
        query = query.where(col(Assignment.centre_id) == centre_id)
    if page is not None:
        query = query.limit(page.limit + 1).where(*_after(page))
    return (await session.execute(query)).all()


def _rows_of(
    day: date, known_at: datetime | None
) -> Select[Assignment, StaffRecord, StaffLink | None]:
    ended = col(StaffLink.valid_to) <= day
    made: ColumnElement[bool] = true()
    if known_at is not None:
        ended = and_(ended, col(StaffLink.ended_at) <= known_at)
        made = col(StaffLink.made_at) <= known_at
    link_that_day = and_(
        col(StaffLink.staff_record_id) == col(Assignment.staff_record_id),
        col(StaffLink.valid_from) <= day,
        or_(col(StaffLink.valid_to).is_(None), not_(ended)),
        made,
    )
    return (
        select(Assignment, StaffRecord, StaffLink)
        .join(StaffRecord, col(StaffRecord.id) == col(Assignment.staff_record_id))
        .join(StaffLink, link_that_day, isouter=True)
        .where(holds_on(Assignment, day))
        .order_by(col(StaffRecord.staff_number), col(Assignment.id))
    )


def _after(page: PageRequest) -> tuple[ColumnElement[bool], ...]:
    """Behind the last row seen, in the roster's order."""
    if not page.after:
        return ()
    number, assignment_id = page.after_text(), page.after_id(-1)
    same = and_(col(StaffRecord.staff_number) == number, col(Assignment.id) > assignment_id)
    return (or_(col(StaffRecord.staff_number) > number, same),)


def primary_places_on(
    organisation_id: UUID, day: date, centre_ids: Sequence[UUID]
) -> Select[str, str | None, str | None, str | None, str | None, UUID, date, date | None]:
    """A company's primary places of a day in these centres, as the exported file has them."""
    return (
        select(
            col(StaffRecord.staff_number),
            col(StaffRecord.name_zh),
            col(StaffRecord.name_en),
            col(StaffRecord.work_email),
            col(StaffRecord.job_role),
            col(Assignment.centre_id),
            col(Assignment.valid_from),
            col(Assignment.valid_to),
        )
        .join(StaffRecord, col(StaffRecord.id) == col(Assignment.staff_record_id))
        .where(
            col(Assignment.organisation_id) == organisation_id,
            col(Assignment.centre_id).in_(centre_ids),
            col(Assignment.is_primary),
            *_known(None),
            holds_on(Assignment, day),
        )
        .order_by(col(StaffRecord.staff_number))
    )


async def assignments_of_record(
    session: AsyncSession, staff_record_id: UUID, *, superseded: bool
) -> Sequence[Assignment]:
    """A record's places by first day; with what was stated before and superseded, if asked."""
    query = (
        select(Assignment)
        .where(col(Assignment.staff_record_id) == staff_record_id)
        .order_by(col(Assignment.valid_from), col(Assignment.id))
    )
    if not superseded:
        query = query.where(col(Assignment.superseded_at).is_(None))
    return (await session.scalars(query)).all()


async def places_of_records(
    session: AsyncSession, staff_record_ids: Sequence[UUID]
) -> dict[UUID, list[Place]]:
    """Each record's places as is known now, for the rules of `timeline.py`."""
    query = (
        select(Assignment)
        .where(
            col(Assignment.staff_record_id).in_(staff_record_ids),
            col(Assignment.superseded_at).is_(None),
        )
        .order_by(col(Assignment.valid_from), col(Assignment.id))
    )
    found: dict[UUID, list[Place]] = {one: [] for one in staff_record_ids}
    for row in (await session.scalars(query)).all():
        found[row.staff_record_id].append(place_of(row))
    return found


def placed_from(day: date) -> ColumnElement[bool]:
    """Whether a staff record has a place on `day` or later, as is known now."""
    return exists().where(
        col(Assignment.staff_record_id) == col(StaffRecord.id),
        col(Assignment.superseded_at).is_(None),
        not_over_on(Assignment, day),
    )


def ever_placed() -> ColumnElement[bool]:
    """Whether a staff record was ever said to have a place."""
    return exists().where(col(Assignment.staff_record_id) == col(StaffRecord.id))


async def let_go_since(session: AsyncSession, staff_record_id: UUID, asked_at: datetime) -> bool:
    """Whether somebody's last place ends earlier than it was said to when they were asked."""
    end = func.max(func.coalesce(col(Assignment.valid_to), date.max))
    query = select(
        end.filter(*_known(asked_at)).label("then"), end.filter(*_known(None)).label("now")
    ).where(col(Assignment.staff_record_id) == staff_record_id)
    reach = (await session.execute(query)).one()
    return reach.then is not None and (reach.now is None or reach.now < reach.then)


async def person_let_go_since(
    session: AsyncSession, organisation_id: UUID, person_id: UUID, asked_at: datetime
) -> bool:
    """Whether a company has let somebody go since they were asked; not, who never was linked."""
    newest = (
        select(StaffLink)
        .where(
            col(StaffLink.organisation_id) == organisation_id,
            col(StaffLink.person_id) == person_id,
        )
        .order_by(col(StaffLink.valid_from).desc(), col(StaffLink.id).desc())
        .limit(1)
    )
    link = (await session.scalars(newest)).one_or_none()
    if link is None:
        return False
    if link.end_told_at is not None and link.end_told_at > asked_at:
        return True
    return await let_go_since(session, link.staff_record_id, asked_at)


async def records_in_centre(session: AsyncSession, centre_id: UUID, day: date) -> list[UUID]:
    """The records that have any place in a centre on `day` or later, as is known now."""
    query = (
        select(col(Assignment.staff_record_id))
        .where(
            col(Assignment.centre_id) == centre_id,
            col(Assignment.superseded_at).is_(None),
            not_over_on(Assignment, day),
        )
        .distinct()
    )
    return sorted((await session.scalars(query)).all())


def place_of(row: Assignment) -> Place:
    """A written place."""
    return Place(row.centre_id, row.valid_from, row.valid_to, row.is_primary, row.id)


def _known(at: datetime | None) -> tuple[ColumnElement[bool], ...]:
    """What is known now, or was known at an instant."""
    if at is None:
        return (col(Assignment.superseded_at).is_(None),)
    return (
        col(Assignment.known_at) <= at,
        or_(col(Assignment.superseded_at).is_(None), col(Assignment.superseded_at) > at),
    )
