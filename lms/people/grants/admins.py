"""Who is an admin takes two people, and no single act leaves fewer than two (docs/adr/0007)."""

from typing import Any
from uuid import UUID

from lms.approvals.models import Proposal
from lms.approvals.service import propose
from lms.kernel.problems import Conflict
from lms.kernel.work import Work
from lms.people.grants.models import RoleGrant
from lms.people.grants.permissions import GIVE_GRANTS
from lms.people.grants.queries import lock_admins, open_grant, other_admins
from lms.people.grants.roles import Role
from lms.people.grants.service import end_grant, enter_grant
from lms.people.persons.queries import require_person

GRANT_ADMIN = "grant.admin"
TAKE_ADMIN = "grant.admin-removal"

FEWEST = 2
"""Active admins that one person's act leaves: whatever one did, another can undo."""


async def ask_admin(work: Work, person_id: UUID, reason: str) -> Proposal:
    """Ask for another admin; a second person decides.

    Raises:
        NotFound: there is no such person.
        Conflict: the person is an admin.
    """
    work.actor.require(GIVE_GRANTS)
    await require_person(work.session, person_id)
    if await _grant_of_admin(work, person_id) is not None:
        raise Conflict("conflict", "this person is an admin already")
    return await propose(
        work, kind=GRANT_ADMIN, subject_id=person_id, payload={"role": Role.ADMIN}, reason=reason
    )


async def apply_admin(work: Work, payload: dict[str, Any], proposal: Proposal) -> None:
    """The effect of an approved admin."""
    await enter_grant(work, proposal.subject_id, Role(payload["role"]), reason=proposal.reason)


async def ask_removal(work: Work, person_id: UUID, reason: str) -> Proposal:
    """Ask that somebody, oneself or another, is an admin no more; a second person decides.

    Raises:
        Conflict: the person is no admin.
    """
    work.actor.require(GIVE_GRANTS)
    grant = await _grant_of_admin(work, person_id)
    if grant is None:
        raise Conflict("conflict", "this person is no admin")
    return await propose(
        work, kind=TAKE_ADMIN, subject_id=person_id, payload={"grant_id": grant.id}, reason=reason
    )


async def apply_removal(work: Work, payload: dict[str, Any], proposal: Proposal) -> None:
    """The effect of an approved removal: two people may leave one admin, nobody leaves none.

    Raises:
        Conflict: nobody would be left as an admin, or the role has been taken before.
    """
    await lock_admins(work.session)
    if await other_admins(work.session, proposal.subject_id) == 0:
        raise Conflict("last_admin")
    await end_grant(work, UUID(payload["grant_id"]), reason=proposal.reason)


async def require_enough_admins(work: Work, person_id: UUID) -> None:
    """Refuse one person's act that shuts an admin out and leaves fewer than two.

    Two who act at once are checked one after the other.

    Raises:
        Conflict: `too_few_admins`.
    """
    await lock_admins(work.session)
    if await _grant_of_admin(work, person_id) is None:
        return
    if await other_admins(work.session, person_id) < FEWEST:
        raise Conflict("too_few_admins")


async def _grant_of_admin(work: Work, person_id: UUID) -> RoleGrant | None:
    return await open_grant(work.session, person_id, Role.ADMIN, None)
