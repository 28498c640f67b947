"""Giving and taking roles. What takes two people about admins is in `admins.py`."""

from uuid import UUID

from lms.audit.service import record
from lms.kernel.problems import Conflict, Fault, Invalid
from lms.kernel.work import Work
from lms.people.grants.events import RoleGiven, RoleTaken
from lms.people.grants.models import RoleGrant
from lms.people.grants.permissions import GIVE_GRANTS
from lms.people.grants.queries import lock_grant, open_grant, require_grant
from lms.people.grants.roles import SCOPED, SECOND_PERSON, Role
from lms.people.persons.queries import require_person


async def give_role(work: Work, person_id: UUID, role: Role, *, reason: str) -> RoleGrant:
    """Give an issuer-wide role that one person may give.

    Raises:
        Invalid: the role belongs to an organisation, or takes two people.
    """
    work.actor.require(GIVE_GRANTS)
    if role in SCOPED or role in SECOND_PERSON:
        raise Invalid([Fault("/role", "role_not_given_here", "this role has a way of its own")])
    return await enter_grant(work, person_id, role, reason=reason)


async def enter_grant(
    work: Work, person_id: UUID, role: Role, *, scope_id: UUID | None = None, reason: str
) -> RoleGrant:
    """Write a grant. The caller has checked that it may be given; the same one twice is one.

    Raises:
        NotFound: there is no such person.
    """
    await require_person(work.session, person_id)
    held = await open_grant(work.session, person_id, role, scope_id)
    if held is not None:
        return held
    grant = RoleGrant(
        id=work.new_id(),
        person_id=person_id,
        role=role,
        scope_id=scope_id,
        granted_by=work.actor.person_id,
        granted_at=work.now(),
        reason=reason,
    )
    work.session.add(grant)
    await work.session.flush()
    await record(
        work,
        action="role.given",
        subject=("person", person_id),
        after={"role": role.value, "scope_id": scope_id},
        reason=reason,
    )
    await work.emit(
        RoleGiven(grant_id=grant.id, person_id=person_id, role=role.value, scope_id=scope_id)
    )
    return grant


async def take_role(work: Work, grant_id: UUID, *, reason: str) -> RoleGrant:
    """End a grant that one person may end, with the holder's next request.

    Raises:
        Conflict: it has ended, or takes two people.
    """
    work.actor.require(GIVE_GRANTS)
    grant = await require_grant(work.session, grant_id)
    if grant.role in SECOND_PERSON:
        raise Conflict("second_person_needed", "propose it, and somebody else decides")
    return await end_grant(work, grant_id, reason=reason)


async def end_grant(work: Work, grant_id: UUID, *, reason: str) -> RoleGrant:
    """End a grant; the caller has checked that the actor may.

    Raises:
        Conflict: it has ended.
    """
    await require_grant(work.session, grant_id)
    grant = await lock_grant(work.session, grant_id)
    if grant.revoked_at is not None:
        raise Conflict("conflict", "this grant has ended")
    grant.revoked_at = work.now()
    grant.revoked_by = work.actor.person_id
    await record(
        work,
        action="role.taken",
        subject=("person", grant.person_id),
        before={"role": grant.role.value, "scope_id": grant.scope_id},
        reason=reason,
    )
    await work.emit(
        RoleTaken(
            grant_id=grant.id,
            person_id=grant.person_id,
            role=grant.role.value,
            scope_id=grant.scope_id,
        )
    )
    return grant
