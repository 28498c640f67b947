"""Who was given which role, for which organisation, by whom, until when; never deleted."""

from datetime import datetime
from uuid import UUID

from sqlmodel import CheckConstraint, Column, Field, Index, SQLModel, Text, text

from lms.kernel.db import enum_column, utc_column
from lms.people.grants.roles import Role


class RoleGrant(SQLModel, table=True):
    """One role of one person. `scope_id` is opaque here: the organisation of a company manager.

    `granted_by` is null where the product itself gave it, such as the first admin's.
    """

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint("(role = 'company_manager') = (scope_id IS NOT NULL)", name="scope"),
        CheckConstraint("revoked_at IS NOT NULL OR revoked_by IS NULL", name="revoked_when"),
        Index(
            "uq_role_grant_open",
            "person_id",
            "role",
            "scope_id",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
            postgresql_nulls_not_distinct=True,
        ),
        Index("ix_role_grant_scope", "scope_id", postgresql_where=text("scope_id IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="person.id")
    role: Role = Field(sa_column=enum_column(Role, name="role"))
    scope_id: UUID | None = None
    granted_by: UUID | None = Field(default=None, foreign_key="person.id")
    granted_at: datetime = Field(sa_column=utc_column())
    revoked_by: UUID | None = Field(default=None, foreign_key="person.id")
    revoked_at: datetime | None = Field(default=None, sa_column=utc_column(nullable=True))
    reason: str | None = Field(default=None, sa_column=Column(Text))
