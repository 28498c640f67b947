"""The audit trail's table: append-only, refused any change by the database."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Column, Field, Index, SQLModel, Text

from lms.kernel.db import append_only, json_column, utc_column


class AuditEntry(SQLModel, table=True):
    """Who did what to what, what it was before and after, why, and in which request."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject_kind", "subject_id", "id"),)

    id: UUID = Field(primary_key=True)
    at: datetime = Field(sa_column=utc_column())
    actor_kind: str = Field(sa_column=Column(Text, nullable=False))
    actor_id: UUID | None = Field(default=None, index=True)
    action: str = Field(sa_column=Column(Text, nullable=False))
    subject_kind: str = Field(sa_column=Column(Text, nullable=False))
    subject_id: UUID
    before: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    after: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    reason: str | None = Field(default=None, sa_column=Column(Text))
    request_id: str = Field(sa_column=Column(Text, nullable=False))


EXTRA_DDL: tuple[str, ...] = (
    *append_only("audit_entry"),
    (
        "CREATE TRIGGER audit_entry_never_emptied BEFORE TRUNCATE ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION lms_refuse_change()"
    ),
)
