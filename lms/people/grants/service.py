"""Giving and taking roles. Admin is given by two people, but for the first and the second admin."""

from typing import Any
from uuid import UUID

from lms.approvals.models import Proposal
from lms.approvals.service import propose
from lms.audit.service import record
from lms.kernel.problems import Conflict, Fault, Invalid
from lms.kernel.work import Work
from lms.people.grants.events import RoleGiven, RoleTaken
from lms.people.grants.models import RoleGrant
from lms.people.grants.permissions import GIVE_GRANTS
from lms.people.grants.queries import (
    admins_ever,
    lock_admins,
    lock_grant,
    open_grant,
    require_grant,
)
from lms.people.grants.roles import SCOPED, SECOND_PERSON, Role
from lms.people.persons.queries import require_person

GRANT_ADMIN = "grant.admin"


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
    """End a grant with the holder's next request.

    Raises:
        Conflict: it has ended, or nobody would be left as an admin.
    """
    work.actor.require(GIVE_GRANTS)
    return await end_grant(work, grant_id, reason=reason)


async def end_grant(work: Work, grant_id: UUID, *, reason: str) -> RoleGrant:
    """End a grant; the caller has checked that the actor may.

    Raises:
        Conflict: it has ended, or nobody would be left as an admin.
    """
    grant = await require_grant(work.session, grant_id)
    admins = await lock_admins(work.session) if grant.role is Role.ADMIN else []
    grant = await lock_grant(work.session, grant_id)
    if grant.revoked_at is not None:
        raise Conflict("conflict", "this grant has ended")
    if admins == [grant.person_id]:
        raise Conflict("last_admin")
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


async def make_admin(work: Work, person_id: UUID, reason: str) -> RoleGrant | Proposal:
    """Ask for another admin; a second person decides.

    Where the actor is the only admin that there ever was, there is no second person who could: then
    it is done at once, and the audit trail says so. Taking the others' roles away does not bring
    that back, or one person could be two; whoever runs the machine can name another admin.

    Raises:
        Conflict: the person is an admin.
    """
    work.actor.require(GIVE_GRANTS)
    await require_person(work.session, person_id)
    if await open_grant(work.session, person_id, Role.ADMIN, None) is not None:
        raise Conflict("conflict", "this person is an admin already")
    await lock_admins(work.session)
    if await admins_ever(work.session) == 1:
        return await enter_grant(
            work, person_id, Role.ADMIN, reason=f"{reason} (by the only admin, alone)"
        )
    payload = {"role": Role.ADMIN.value}
    return await propose(
        work, kind=GRANT_ADMIN, subject_id=person_id, payload=payload, reason=reason
    )


async def apply_admin(work: Work, payload: dict[str, Any], proposal: Proposal) -> None:
    """The effect of an approved admin."""
    await enter_grant(work, proposal.subject_id, Role(payload["role"]), reason=proposal.reason)
