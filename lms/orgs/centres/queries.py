"""Reading centres. The organisation is the scope, in every query of one company."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from lms.kernel.paging import PageRequest
from lms.kernel.problems import Conflict, NotFound
from lms.orgs.centres.models import Centre, CentreName, CentreState


async def require_centre(session: AsyncSession, organisation_id: UUID, centre_id: UUID) -> Centre:
    """One centre of a company, as the database has it now.

    Raises:
        NotFound: the company has none such.
    """
    query = (
        select(Centre)
        .where(col(Centre.id) == centre_id, col(Centre.organisation_id) == organisation_id)
        .execution_options(populate_existing=True)
    )
    found = (await session.scalars(query)).one_or_none()
    if found is None:
        raise NotFound
    return found


async def require_open_centre(
    session: AsyncSession, organisation_id: UUID, centre_id: UUID
) -> Centre:
    """One centre of a company that takes staff: applied for or registered.

    Raises:
        NotFound: the company has none such.
        Conflict: `centre_not_open`, it is closed.
    """
    found = await require_centre(session, organisation_id, centre_id)
    if found.state is CentreState.CLOSED:
        raise Conflict("centre_not_open", "the centre is closed")
    return found


async def centres_of_organisation(
    session: AsyncSession, organisation_id: UUID, page: PageRequest
) -> Sequence[Centre]:
    """A company's centres in order of entry, closed ones too, one more than the page holds."""
    query = (
        select(Centre)
        .where(col(Centre.organisation_id) == organisation_id)
        .order_by(col(Centre.id))
        .limit(page.limit + 1)
    )
    if page.after:
        query = query.where(col(Centre.id) > page.after_id())
    return (await session.scalars(query)).all()


async def open_centres(session: AsyncSession, organisation_id: UUID) -> Sequence[Centre]:
    """A company's centres that take staff."""
    query = (
        select(Centre)
        .where(
            col(Centre.organisation_id) == organisation_id,
            col(Centre.state) != CentreState.CLOSED,
        )
        .order_by(col(Centre.id))
    )
    return (await session.scalars(query)).all()


async def centre_applications(session: AsyncSession, page: PageRequest) -> Sequence[Centre]:
    """The centres of all companies that wait for a decision, the oldest first."""
    query = (
        select(Centre)
        .where(col(Centre.state) == CentreState.APPLIED)
        .order_by(col(Centre.id))
        .limit(page.limit + 1)
    )
    if page.after:
        query = query.where(col(Centre.id) > page.after_id())
    return (await session.scalars(query)).all()


async def names_of_centre(
    session: AsyncSession, organisation_id: UUID, centre_id: UUID
) -> Sequence[CentreName]:
    """Every name that a centre has had, the newest first; of one day, the later recorded first."""
    query = (
        select(CentreName)
        .where(
            col(CentreName.organisation_id) == organisation_id,
            col(CentreName.centre_id) == centre_id,
        )
        .order_by(col(CentreName.from_day).desc(), col(CentreName.id).desc())
    )
    return (await session.scalars(query)).all()


async def name_on(session: AsyncSession, centre_id: UUID, day: date) -> CentreName | None:
    """What a centre was called on a day; None before it was entered."""
    query = (
        select(CentreName)
        .where(col(CentreName.centre_id) == centre_id, col(CentreName.from_day) <= day)
        .order_by(col(CentreName.from_day).desc(), col(CentreName.id).desc())
        .limit(1)
    )
    return (await session.scalars(query)).one_or_none()
