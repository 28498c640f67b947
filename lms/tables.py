"""Every table of the product, imported so that migrations and tests see them all."""

from importlib import import_module
from types import ModuleType

MODULES = (
    "lms.kernel.models",
    "lms.issuer.models",
    "lms.audit.models",
    "lms.approvals.models",
    "lms.people.persons.models",
    "lms.people.grants.models",
    "lms.people.links.models",
    "lms.people.credentials.models",
    "lms.people.second_factor.models",
    "lms.people.sessions.models",
    "lms.orgs.organisations.models",
    "lms.orgs.centres.models",
    "lms.orgs.staff.models",
    "lms.orgs.invitations.models",
    "lms.orgs.imports.models",
    "lms.notify.models",
    "courses.catalogue.models",
    "courses.schedule.models",
    "courses.enrolment.models",
    "courses.enrolment.bulk.models",
    "courses.enrolment.attendance.models",
    "courses.questions.models",
    "courses.papers.models",
    "courses.sittings.models",
    "courses.attempts.models",
    "courses.attempts.flags.models",
    "courses.grading.models",
    "courses.results.models",
    "certs.keys.models",
    "certs.schemes.models",
    "certs.awards.models",
    "certs.issuing.models",
    "certs.centres.policy.models",
    "certs.centres.decisions.models",
    "certs.centres.evaluations.models",
    "certs.centres.sanctions.models",
    "certs.centres.standing.models",
    "certs.centres.cases.models",
)
"""The modules that hold tables, lower floors first."""


def load() -> list[ModuleType]:
    """Import them all, which fills the metadata."""
    return [import_module(name) for name in MODULES]


def extra_ddl() -> list[str]:
    """What metadata cannot express, in order: row-level security, triggers, exclusions."""
    return [statement for module in load() for statement in getattr(module, "EXTRA_DDL", ())]
