"""Reading grants."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from lms.kernel.problems import NotFound
from lms.people.grants.models import RoleGrant
from lms.people.grants.roles import Role
from lms.people.persons.models import Person, PersonState


async def open_grants_of_person(session: AsyncSession, person_id: UUID) -> Sequence[RoleGrant]:
    """What somebody holds now, in the order in which it was given."""
    query = (
        select(RoleGrant)
        .where(col(RoleGrant.person_id) == person_id, col(RoleGrant.revoked_at).is_(None))
        .order_by(col(RoleGrant.id))
    )
    return (await session.scalars(query)).all()


async def open_grants_of_scope(session: AsyncSession, scope_id: UUID) -> Sequence[RoleGrant]:
    """Who holds roles for one organisation now."""
    query = (
        select(RoleGrant)
        .where(col(RoleGrant.scope_id) == scope_id, col(RoleGrant.revoked_at).is_(None))
        .order_by(col(RoleGrant.id))
    )
    return (await session.scalars(query)).all()


async def open_grant(
    session: AsyncSession, person_id: UUID, role: Role, scope_id: UUID | None
) -> RoleGrant | None:
    """The grant of exactly this, if it is held."""
    query = select(RoleGrant).where(
        col(RoleGrant.person_id) == person_id,
        col(RoleGrant.role) == role,
        col(RoleGrant.scope_id).is_not_distinct_from(scope_id),
        col(RoleGrant.revoked_at).is_(None),
    )
    return (await session.scalars(query)).one_or_none()


async def require_grant(session: AsyncSession, grant_id: UUID) -> RoleGrant:
    """One grant.

    Raises:
        NotFound: there is none.
    """
    found = await session.get(RoleGrant, grant_id)
    if found is None:
        raise NotFound
    return found


async def lock_grant(session: AsyncSession, grant_id: UUID) -> RoleGrant:
    """One grant that there is, read again under a row lock."""
    return await session.get_one(
        RoleGrant, grant_id, with_for_update={"key_share": True}, populate_existing=True
    )


async def lock_admins(session: AsyncSession) -> None:
    """Lock every open grant of an admin, so that acts against admins follow one another.

    What they protect is read in a later statement.
    """
    query = (
        select(col(RoleGrant.id))
        .where(col(RoleGrant.role) == Role.ADMIN, col(RoleGrant.revoked_at).is_(None))
        .order_by(col(RoleGrant.id))
        .with_for_update(key_share=True)
    )
    await session.execute(query)


async def other_admins(session: AsyncSession, person_id: UUID) -> int:
    """How many active people beside this one are admins; asked under the lock of `lock_admins`."""
    query = (
        select(func.count())
        .select_from(RoleGrant)
        .join(Person, col(Person.id) == col(RoleGrant.person_id))
        .where(
            col(RoleGrant.role) == Role.ADMIN,
            col(RoleGrant.revoked_at).is_(None),
            col(RoleGrant.person_id) != person_id,
            col(Person.state) == PersonState.ACTIVE,
        )
    )
    return (await session.execute(query)).scalar_one()


async def active_holders(session: AsyncSession, roles: Collection[str]) -> Sequence[UUID]:
    """The active people who hold one of these roles for the whole issuer now."""
    query = (
        select(col(RoleGrant.person_id))
        .distinct()
        .join(Person, col(Person.id) == col(RoleGrant.person_id))
        .where(
            col(RoleGrant.role).in_(roles),
            col(RoleGrant.scope_id).is_(None),
            col(RoleGrant.revoked_at).is_(None),
            col(Person.state) == PersonState.ACTIVE,
        )
        .order_by(col(RoleGrant.person_id))
    )
    return (await session.scalars(query)).all()


async def anybody_is_admin(session: AsyncSession) -> bool:
    """Whether the first admin has been made."""
    query = select(func.count()).where(
        col(RoleGrant.role) == Role.ADMIN, col(RoleGrant.revoked_at).is_(None)
    )
    return (await session.execute(query)).scalar_one() > 0
