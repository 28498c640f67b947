"""Roles given and taken, told to the floors above."""

from uuid import UUID

from lms.kernel.events import event


@event("people.role-given")
class RoleGiven:
    grant_id: UUID
    person_id: UUID
    role: str
    scope_id: UUID | None


@event("people.role-taken")
class RoleTaken:
    grant_id: UUID
    person_id: UUID
    role: str
    scope_id: UUID | None
