"""Who manages a company: read, and taken away. Giving it is an invitation's (`invitations/`)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from lms.kernel.problems import NotFound
from lms.kernel.work import Work
from lms.orgs.organisations.permissions import MANAGE_ORGANISATION
from lms.orgs.organisations.queries import lock_organisation
from lms.people.grants.models import RoleGrant
from lms.people.grants.queries import open_grant
from lms.people.grants.roles import Role
from lms.people.grants.service import end_grant
from lms.people.persons.models import Person


async def managers_of(
    session: AsyncSession, organisation_id: UUID
) -> Sequence[tuple[RoleGrant, Person]]:
    """The company's managers, in the order in which they came."""
    query = (
        select(RoleGrant, Person)
        .join(Person, col(Person.id) == col(RoleGrant.person_id))
        .where(
            col(RoleGrant.scope_id) == organisation_id,
            col(RoleGrant.role) == Role.COMPANY_MANAGER,
            col(RoleGrant.revoked_at).is_(None),
        )
        .order_by(col(RoleGrant.id))
    )
    return [(grant, person) for grant, person in (await session.execute(query)).all()]


async def dismiss(work: Work, organisation_id: UUID, grant_id: UUID, reason: str) -> None:
    """Take a manager's role away, with their next request.

    Raises:
        NotFound: the company has no such manager.
    """
    work.actor.require(MANAGE_ORGANISATION, organisation_id)
    await lock_organisation(work, organisation_id)
    held = {grant.id for grant, _ in await managers_of(work.session, organisation_id)}
    if grant_id not in held:
        raise NotFound
    await end_grant(work, grant_id, reason=reason)


async def dismiss_person(work: Work, organisation_id: UUID, person_id: UUID, reason: str) -> None:
    """Take the role from somebody who leaves, if they have it; also from who is acting."""
    grant = await open_grant(work.session, person_id, Role.COMPANY_MANAGER, organisation_id)
    if grant is not None:
        await end_grant(work, grant.id, reason=reason)


async def dismiss_all(work: Work, organisation_id: UUID, reason: str) -> int:
    """Take the role from everybody who manages a company; answers from how many."""
    held = await managers_of(work.session, organisation_id)
    for grant, _ in held:
        await end_grant(work, grant.id, reason=reason)
    return len(held)
