"""The policy table: which role has which permission.

Slices declare permissions; only this file gives them out. The app refuses to start with a route
whose permission is not here.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from certs.awards.permissions import DECIDE_AWARDS, READ_AWARDS
from certs.centres.permissions import (
    ATTEST_ROSTER,
    CHANGE_CENTRE_POLICY,
    OVERSEE_CENTRES,
    READ_STANDING,
    SANCTION_CENTRES,
    SETTLE_CASES,
)
from certs.issuing.permissions import (
    MANAGE_CERTIFICATES,
    READ_CERTIFICATES,
    REVOKE_CERTIFICATES,
)
from certs.schemes.permissions import APPROVE_SCHEMES, READ_SCHEMES
from courses.attempts.permissions import (
    FLAG_ATTEMPTS,
    GIVE_TIME,
    READ_ACCOMMODATIONS,
    READ_ATTEMPTS,
)
from courses.catalogue.permissions import CHANGE_PASS_RULE, READ_VERSIONS, RUN_CATALOGUE
from courses.enrolment.attendance.permissions import READ_ATTENDANCE, TAKE_ATTENDANCE
from courses.enrolment.permissions import (
    ENROL_STAFF,
    READ_ENROLMENTS,
    READ_STAFF_LEARNING,
    RUN_ENROLMENTS,
)
from courses.papers.permissions import CONFIGURE_EXAMS, READ_EXAMS
from courses.questions.permissions import EDIT_BANKS, READ_BANKS
from courses.results.permissions import READ_REGRADES, READ_RESULTS, REGRADE, RELEASE_RESULTS
from courses.schedule.permissions import RUN_CLASSES
from courses.sittings.permissions import READ_SITTINGS, RUN_SITTINGS
from lms.approvals.permissions import DECIDE_PROPOSALS, READ_PROPOSALS
from lms.audit.permissions import READ_AUDIT
from lms.deliveries.permissions import READ_DELIVERIES, RELEASE_DELIVERIES
from lms.kernel.actor import Permission
from lms.orgs.centres.permissions import (
    DECIDE_CENTRES,
    LIST_CENTRE_APPLICATIONS,
    MANAGE_CENTRES,
    READ_CENTRES,
)
from lms.orgs.invitations.permissions import INVITE, READ_INVITATIONS
from lms.orgs.organisations.permissions import (
    DECIDE_ORGANISATIONS,
    LIST_ORGANISATIONS,
    MANAGE_ORGANISATION,
    READ_ORGANISATION,
)
from lms.orgs.roster.permissions import CLOSE_CENTRES, MANAGE_ROSTERS, READ_ROSTERS
from lms.orgs.staff.permissions import LINK_STAFF, MANAGE_STAFF, READ_STAFF
from lms.people.grants.permissions import GIVE_GRANTS, READ_GRANTS
from lms.people.persons.permissions import DISABLE_PEOPLE, READ_PEOPLE, RENAME_PEOPLE
from lms.people.second_factor.permissions import REMOVE_SECOND_FACTORS
from lms.people.signup.permissions import ENTER_PEOPLE

ADMIN = "admin"
AUDITOR = "auditor"
TRAINER = "trainer"
EXAMINER = "examiner"
COMPANY_MANAGER = "company_manager"

COMPANY_READING: frozenset[Permission] = frozenset(
    {
        READ_ORGANISATION,
        READ_CENTRES,
        READ_STAFF,
        READ_ROSTERS,
        READ_INVITATIONS,
        READ_STAFF_LEARNING,
        READ_SCHEMES,
        READ_AWARDS,
        READ_CERTIFICATES,
    }
)
"""What is read of one company: by its managers of their own, by issuer staff of each."""

COMPANY_MANAGING: frozenset[Permission] = frozenset(
    {
        MANAGE_ORGANISATION,
        MANAGE_CENTRES,
        CLOSE_CENTRES,
        MANAGE_STAFF,
        MANAGE_ROSTERS,
        INVITE,
        ENROL_STAFF,
    }
)
"""What a company does with itself; an admin may do it for one that asks."""

READING: frozenset[Permission] = COMPANY_READING | frozenset(
    {
        LIST_ORGANISATIONS,
        LIST_CENTRE_APPLICATIONS,
        READ_AUDIT,
        READ_DELIVERIES,
        READ_PROPOSALS,
        READ_PEOPLE,
        READ_GRANTS,
        OVERSEE_CENTRES,
        READ_STANDING,
        READ_VERSIONS,
        READ_ENROLMENTS,
        READ_ATTENDANCE,
        READ_REGRADES,
    }
)
"""What only reads, issuer-wide: an auditor has all of it and nothing else."""

EXAMS_READING: frozenset[Permission] = frozenset(
    {READ_EXAMS, READ_SITTINGS, READ_ATTEMPTS, READ_RESULTS}
)
"""What trainers and examiners see of exams; keys, and why somebody has extra time, are apart."""

ROLES: dict[str, frozenset[Permission]] = {
    ADMIN: READING
    | EXAMS_READING
    | COMPANY_MANAGING
    | {
        DECIDE_ORGANISATIONS,
        DECIDE_CENTRES,
        LINK_STAFF,
        RUN_CATALOGUE,
        CHANGE_PASS_RULE,
        RUN_CLASSES,
        RUN_ENROLMENTS,
        TAKE_ATTENDANCE,
        READ_BANKS,
        READ_ACCOMMODATIONS,
        EDIT_BANKS,
        CONFIGURE_EXAMS,
        RUN_SITTINGS,
        GIVE_TIME,
        FLAG_ATTEMPTS,
        RELEASE_RESULTS,
        REGRADE,
        DECIDE_PROPOSALS,
        RELEASE_DELIVERIES,
        ENTER_PEOPLE,
        RENAME_PEOPLE,
        DISABLE_PEOPLE,
        GIVE_GRANTS,
        REMOVE_SECOND_FACTORS,
        CHANGE_CENTRE_POLICY,
        SANCTION_CENTRES,
        SETTLE_CASES,
        APPROVE_SCHEMES,
        DECIDE_AWARDS,
        MANAGE_CERTIFICATES,
        REVOKE_CERTIFICATES,
    },
    AUDITOR: READING | EXAMS_READING | {READ_BANKS, READ_ACCOMMODATIONS},
    TRAINER: EXAMS_READING | {READ_VERSIONS, READ_ENROLMENTS, READ_ATTENDANCE, TAKE_ATTENDANCE},
    EXAMINER: EXAMS_READING
    | {READ_BANKS, READ_ACCOMMODATIONS, EDIT_BANKS, RUN_SITTINGS, GIVE_TIME, FLAG_ATTEMPTS},
    COMPANY_MANAGER: COMPANY_READING | COMPANY_MANAGING | frozenset({ATTEST_ROSTER, READ_STANDING}),
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


def roles_with(*needed: Permission) -> frozenset[str]:
    """The roles that have all of these permissions for the whole issuer."""
    return frozenset(
        role
        for role, given in ROLES.items()
        if role not in SCOPED_ROLES and given.issuperset(needed)
    )
