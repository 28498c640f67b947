"""Table of the centre policy: its versions, never rewritten."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from lms.kernel.db import append_only, json_column, utc_column


class CentrePolicy(SQLModel, table=True):
    """A version of the policy; version 1 is written at first use (rules.py)."""

    __tablename__ = "centre_policy"

    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    effective_from: date
    document: dict[str, Any] = Field(sa_column=json_column())
    made_at: datetime = Field(sa_column=utc_column())
    proposal_id: UUID | None = Field(default=None, foreign_key="proposal.id")


EXTRA_DDL: tuple[str, ...] = (*append_only("centre_policy"),)
