"""Reading companies."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from lms.issuer.models import ISSUER_ID
from lms.kernel.locks import Locked, lock
from lms.kernel.paging import PageRequest
from lms.kernel.problems import NotFound
from lms.kernel.work import Work
from lms.orgs.organisations.models import Organisation, OrganisationState
from lms.people.grants.models import RoleGrant


async def require_organisation(session: AsyncSession, organisation_id: UUID) -> Organisation:
    """One company.

    Raises:
        NotFound: there is none.
    """
    found = await session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound
    return found


async def lock_organisation(work: Work, organisation_id: UUID) -> Organisation:
    """One company under its lock, read after it was taken.

    Raises:
        NotFound: there is none.
    """
    await lock(work, Locked.ORGANISATION, [organisation_id])
    found = await work.session.get(Organisation, organisation_id, populate_existing=True)
    if found is None:
        raise NotFound
    return found


async def organisations_of_issuer(
    session: AsyncSession, page: PageRequest, *, state: OrganisationState | None
) -> Sequence[Organisation]:
    """Every company in order of entry, one more than the page holds."""
    query = (
        select(Organisation)
        .where(col(Organisation.issuer_id) == ISSUER_ID)
        .order_by(col(Organisation.id))
        .limit(page.limit + 1)
    )
    if state is not None:
        query = query.where(col(Organisation.state) == state)
    if page.after:
        query = query.where(col(Organisation.id) > page.after_id())
    return (await session.scalars(query)).all()


async def organisations_of_person(session: AsyncSession, person_id: UUID) -> Sequence[Organisation]:
    """The companies that somebody manages, or has applied for."""
    managed = select(col(RoleGrant.scope_id)).where(
        col(RoleGrant.person_id) == person_id, col(RoleGrant.revoked_at).is_(None)
    )
    query = (
        select(Organisation)
        .where((col(Organisation.applied_by) == person_id) | col(Organisation.id).in_(managed))
        .order_by(col(Organisation.id))
    )
    return (await session.scalars(query)).all()
