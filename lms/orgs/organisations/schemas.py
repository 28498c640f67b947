"""Shapes of companies at the API."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import model_validator

from lms.kernel.schema import In, Out
from lms.orgs.organisations.models import Organisation
from lms.orgs.organisations.service import CompanyNames
from lms.orgs.texts import Name, Note
from lms.people.grants.models import RoleGrant
from lms.people.persons.models import Person
from lms.people.persons.queries import printed_name


class CompanyNamesIn(In):
    """Names in one script at least."""

    name_zh: Name | None = None
    name_en: Name | None = None

    @model_validator(mode="after")
    def _named(self) -> Self:
        if self.name_zh is None and self.name_en is None:
            raise ValueError("give a Chinese or an English name")
        return self

    def names(self) -> CompanyNames:
        return CompanyNames(self.name_zh, self.name_en)


class OrganisationIn(CompanyNamesIn):
    note: Note | None = None


class OrganisationEditIn(CompanyNamesIn):
    pass


class RefusalIn(In):
    reason: Note


class DismissalIn(In):
    reason: Note


class OrganisationOut(Out):
    id: UUID
    name_zh: str | None
    name_en: str | None
    state: str
    note: str | None
    applied_by: UUID | None
    applied_at: datetime | None
    decided_at: datetime | None
    refusal_reason: str | None
    revision: int

    @classmethod
    def of(cls, row: Organisation) -> Self:
        return cls(
            id=row.id,
            name_zh=row.name_zh,
            name_en=row.name_en,
            state=row.state.value,
            note=row.note,
            applied_by=row.applied_by,
            applied_at=row.applied_at,
            decided_at=row.decided_at,
            refusal_reason=row.refusal_reason,
            revision=row.revision,
        )


class ManagerOut(Out):
    """One manager; `id` is the grant's."""

    id: UUID
    person_id: UUID
    name_zh: str | None
    name_en: str | None
    email: str
    since: datetime

    @classmethod
    def of(cls, grant: RoleGrant, person: Person) -> Self:
        name = printed_name(person)
        return cls(
            id=grant.id,
            person_id=person.id,
            name_zh=name["zh"],
            name_en=name["en"],
            email=person.email,
            since=grant.granted_at,
        )
