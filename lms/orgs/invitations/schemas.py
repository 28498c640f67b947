"""Shapes of invitations at the API."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from lms.kernel.schema import In, Out
from lms.orgs.invitations.models import Invitation
from lms.orgs.invitations.service import MOST_AT_ONCE, Invited
from lms.orgs.organisations.models import Organisation
from lms.orgs.staff.models import StaffRecord
from lms.people.credentials.schemas import EmailText, Token
from lms.people.persons.names import Language
from lms.people.persons.schemas import LanguageText
from lms.people.signup.schemas import NewcomerIn


class ManagerInvitationIn(In):
    email: EmailText
    language: LanguageText = Language.ZH_HANT


class StaffInvitationIn(In):
    """The letter goes to the record's work address unless another is given."""

    staff_record_id: UUID
    email: EmailText | None = None
    language: LanguageText = Language.ZH_HANT


class InvitationListIn(In):
    """Whom to invite; without a list, everybody who has a work address and was not asked yet.

    Who has left or declined is asked only by name.
    """

    staff_record_ids: Annotated[list[UUID], Field(max_length=MOST_AT_ONCE)] | None = None
    language: LanguageText = Language.ZH_HANT


class AcceptanceIn(In):
    """The letter's token; who is not signed in is entered as `newcomer`."""

    token: Token
    newcomer: NewcomerIn | None = None


class InvitationTokenIn(In):
    token: Token


class InvitationOut(Out):
    id: UUID
    kind: str
    email: str
    staff_record_id: UUID | None
    staff_number: str | None
    invited_at: datetime
    sent_at: datetime
    expires_at: datetime
    answer: str | None
    answered_at: datetime | None
    cancelled_at: datetime | None

    @classmethod
    def of(cls, row: Invitation, staff: StaffRecord | None = None) -> Self:
        return cls(
            id=row.id,
            kind=row.kind.value,
            email=row.email,
            staff_record_id=row.staff_record_id,
            staff_number=staff.staff_number if staff else None,
            invited_at=row.invited_at,
            sent_at=row.sent_at,
            expires_at=row.expires_at,
            answer=row.answer.value if row.answer else None,
            answered_at=row.answered_at,
            cancelled_at=row.cancelled_at,
        )


class SkippedOut(Out):
    staff_record_id: UUID
    code: str


class InvitedOut(Out):
    """`remaining` more can be invited by asking again."""

    invited: list[InvitationOut]
    skipped: list[SkippedOut]
    remaining: int

    @classmethod
    def of(cls, done: Invited) -> Self:
        return cls(
            invited=[InvitationOut.of(row) for row in done.invitations],
            skipped=[
                SkippedOut(staff_record_id=one.staff_record_id, code=one.code)
                for one in done.skipped
            ],
            remaining=done.remaining,
        )


class InvitationShownOut(Out):
    """What the holder of a letter is told before answering."""

    kind: str
    email: str
    organisation_name_zh: str | None
    organisation_name_en: str | None
    expires_at: datetime

    @classmethod
    def of(cls, row: Invitation, organisation: Organisation) -> Self:
        return cls(
            kind=row.kind.value,
            email=row.email,
            organisation_name_zh=organisation.name_zh,
            organisation_name_en=organisation.name_en,
            expires_at=row.expires_at,
        )


class AnsweredOut(Out):
    kind: str
    organisation_id: UUID
    answer: str
    person_id: UUID | None
