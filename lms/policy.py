"""The policy table: which role has which permission.

Slices declare permissions; only this file gives them out. The app refuses to start with a route
whose permission is not here.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from lms.approvals.permissions import DECIDE_PROPOSALS, READ_PROPOSALS
from lms.audit.permissions import READ_AUDIT
from lms.deliveries.permissions import READ_DELIVERIES, RELEASE_DELIVERIES
from lms.kernel.actor import Permission
from lms.people.grants.permissions import GIVE_GRANTS, READ_GRANTS
from lms.people.persons.permissions import DISABLE_PEOPLE, READ_PEOPLE, RENAME_PEOPLE
from lms.people.second_factor.permissions import REMOVE_SECOND_FACTORS
from lms.people.signup.permissions import ENTER_PEOPLE

ADMIN = "admin"
AUDITOR = "auditor"
TRAINER = "trainer"
EXAMINER = "examiner"
COMPANY_MANAGER = "company_manager"

READING: frozenset[Permission] = frozenset(
    {READ_AUDIT, READ_DELIVERIES, READ_PROPOSALS, READ_PEOPLE, READ_GRANTS}
)
"""What only reads, issuer-wide: an auditor has all of it and nothing else."""

ROLES: dict[str, frozenset[Permission]] = {
    ADMIN: READING
    | {
        DECIDE_PROPOSALS,
        RELEASE_DELIVERIES,
        ENTER_PEOPLE,
        RENAME_PEOPLE,
        DISABLE_PEOPLE,
        GIVE_GRANTS,
        REMOVE_SECOND_FACTORS,
    },
    AUDITOR: READING,
    TRAINER: frozenset(),
    EXAMINER: frozenset(),
    COMPANY_MANAGER: frozenset(),
}

SCOPED_ROLES = frozenset({COMPANY_MANAGER})
"""Roles that are held for one organisation each."""


def rights(
    grants: Iterable[tuple[str, UUID | None]],
    roles: Mapping[str, frozenset[Permission]] = ROLES,
) -> dict[Permission, frozenset[UUID] | None]:
    """What a person's grants add up to: each permission with its organisations, None everywhere."""
    held: dict[Permission, frozenset[UUID] | None] = {}
    for role, scope in grants:
        for permission in roles[role]:
            if role not in SCOPED_ROLES:
                held[permission] = None
            elif scope is not None and held.get(permission, frozenset()) is not None:
                held[permission] = (held.get(permission) or frozenset()) | {scope}
    return held
