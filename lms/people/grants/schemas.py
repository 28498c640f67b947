"""Shapes of grants at the API."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from lms.kernel.schema import In, Out, Reason
from lms.people.grants.models import RoleGrant
from lms.people.grants.roles import Role

GrantReason = Annotated[Reason, Field(examples=["trains our next class"])]


class GrantIn(In):
    role: Annotated[Role, Field(strict=False)]
    reason: GrantReason


class GrantReasonIn(In):
    reason: GrantReason


class GrantOut(Out):
    id: UUID
    person_id: UUID
    role: str
    scope_id: UUID | None
    granted_by: UUID | None
    granted_at: datetime
    revoked_at: datetime | None

    @classmethod
    def of(cls, row: RoleGrant) -> Self:
        return cls(
            id=row.id,
            person_id=row.person_id,
            role=row.role.value,
            scope_id=row.scope_id,
            granted_by=row.granted_by,
            granted_at=row.granted_at,
            revoked_at=row.revoked_at,
        )
