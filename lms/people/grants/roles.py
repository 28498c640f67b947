"""The roles that a grant gives, and where each holds. What a role may do: `lms/role_rights.py`."""

from enum import StrEnum


class Role(StrEnum):
    """A grant's role. Being a learner needs no grant: everybody signed in is one."""

    ADMIN = "admin"
    TRAINER = "trainer"
    EXAMINER = "examiner"
    AUDITOR = "auditor"
    COMPANY_MANAGER = "company_manager"


SCOPED = frozenset({Role.COMPANY_MANAGER})
"""Held for one organisation; all others are held for the whole issuer."""

SECOND_PERSON = frozenset({Role.ADMIN})
"""Given and taken only by a proposal that somebody else approves."""

SECOND_FACTOR = frozenset({Role.ADMIN, Role.AUDITOR, Role.COMPANY_MANAGER})
"""Need a second factor where the operator enforces it."""
