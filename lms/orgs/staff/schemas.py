"""Shapes of staff records, links and consents at the API."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from lms.kernel.schema import In, Out
from lms.orgs.days import Day, last_day_of
from lms.orgs.organisations.models import Organisation
from lms.orgs.staff.models import Consent, StaffLink, StaffRecord
from lms.orgs.staff.service import StaffFacts
from lms.orgs.texts import Name, Note, StaffNumber
from lms.people.credentials.schemas import EmailText


class StaffIn(In):
    staff_number: StaffNumber
    name_zh: Name | None = None
    name_en: Name | None = None
    work_email: EmailText | None = None
    job_role: Name | None = None

    def facts(self) -> StaffFacts:
        return StaffFacts(**self.model_dump())


class LinkIn(In):
    """A link without an invitation; `first_day` is today unless it is given."""

    person_id: UUID
    first_day: Day | None = None
    reason: Note


class UnlinkIn(In):
    """Without `last_day` the link ends now."""

    last_day: Day | None = None
    reason: Note


class LinkOut(Out):
    id: UUID
    staff_record_id: UUID
    person_id: UUID
    first_day: date
    last_day: date | None
    made_at: datetime
    ended_at: datetime | None
    reason: str | None
    end_reason: str | None

    @classmethod
    def of(cls, row: StaffLink) -> Self:
        return cls(
            id=row.id,
            staff_record_id=row.staff_record_id,
            person_id=row.person_id,
            first_day=row.valid_from,
            last_day=last_day_of(row.valid_to),
            made_at=row.made_at,
            ended_at=row.ended_at,
            reason=row.reason,
            end_reason=row.end_reason,
        )


class StaffOut(Out):
    """`person_id` is null on a day on which the record is linked to nobody."""

    id: UUID
    staff_number: str
    name_zh: str | None
    name_en: str | None
    work_email: str | None
    job_role: str | None
    person_id: UUID | None
    linked_since: date | None
    revision: int

    @classmethod
    def of(cls, row: StaffRecord, link: StaffLink | None) -> Self:
        return cls(
            id=row.id,
            staff_number=row.staff_number,
            name_zh=row.name_zh,
            name_en=row.name_en,
            work_email=row.work_email,
            job_role=row.job_role,
            person_id=link.person_id if link else None,
            linked_since=link.valid_from if link else None,
            revision=row.revision,
        )


class EmploymentOut(Out):
    """A company that one is or was linked to, as the person sees it."""

    organisation_id: UUID
    name_zh: str | None
    name_en: str | None
    first_day: date
    last_day: date | None

    @classmethod
    def of(cls, link: StaffLink, organisation: Organisation) -> Self:
        return cls(
            organisation_id=organisation.id,
            name_zh=organisation.name_zh,
            name_en=organisation.name_en,
            first_day=link.valid_from,
            last_day=last_day_of(link.valid_to),
        )


class ConsentIn(In):
    organisation_id: UUID


class ConsentOut(Out):
    """`withdrawn_at`: you took it back, or the employment in which you gave it was over."""

    organisation_id: UUID
    given_at: datetime
    withdrawn_at: datetime | None

    @classmethod
    def of(cls, row: Consent) -> Self:
        return cls(
            organisation_id=row.organisation_id,
            given_at=row.given_at,
            withdrawn_at=row.withdrawn_at,
        )
