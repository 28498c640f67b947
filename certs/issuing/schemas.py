"""Shapes of certificates at the API, for holders and issuer staff."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

import msgspec
from pydantic import Field

from certs.issuing.changes.status import Change, standing, standing_as_of, standing_since
from certs.issuing.documents.payload import read_payload
from certs.issuing.models import Certificate, CertificateOrder, StatusEvent
from lms.kernel.schema import In, Out, Reason

CertificateReason = Annotated[Reason, Field(examples=["misconduct, case 12"])]


class CertificateReasonIn(In):
    reason: CertificateReason


class CertificateCorrectionIn(In):
    """Whose name was corrected."""

    person_id: UUID
    reason: CertificateReason


class MyCertificateOut(Out):
    """A holder's own certificate; `token` is null for the moment before it is signed."""

    id: UUID
    number: str
    course_code: str | None
    title_zh: str
    title_en: str
    title_en_confirmed: bool
    issued_on: date
    from_day: date
    last_day: date | None
    standing: str
    standing_since: datetime
    verification_code: str
    status_url: str
    token: str | None

    @classmethod
    def of(cls, row: Certificate, day: date) -> Self:
        stated = read_payload(row.payload)
        told = standing(row.status, row.from_day, row.last_day, day)
        return cls(
            id=row.id,
            number=row.number,
            course_code=stated.certified.code,
            title_zh=stated.certified.title_zh,
            title_en=stated.certified.title_en,
            title_en_confirmed=stated.certified.title_en_confirmed,
            issued_on=row.issued_on,
            from_day=row.from_day,
            last_day=row.last_day,
            standing=told.value,
            standing_since=standing_since(
                told, row.status_at, row.from_day, row.last_day, row.zone
            ),
            verification_code=row.verification_code,
            status_url=stated.status_url,
            token=row.token,
        )


class CertificateLineOut(Out):
    """One line of the staff's list."""

    id: UUID
    kind: str
    number: str
    person_id: UUID | None
    award_id: UUID | None
    centre_award_id: UUID | None
    status: str
    status_at: datetime
    issued_on: date
    from_day: date
    last_day: date | None
    signed: bool
    revision: int

    @classmethod
    def of(cls, row: Certificate) -> Self:
        return cls(
            id=row.id,
            kind=row.kind.value,
            number=row.number,
            person_id=row.person_id,
            award_id=row.award_id,
            centre_award_id=row.centre_award_id,
            status=row.status.value,
            status_at=row.status_at,
            issued_on=row.issued_on,
            from_day=row.from_day,
            last_day=row.last_day,
            signed=row.token is not None,
            revision=row.revision,
        )


class StatusEventOut(Out):
    happened: str
    at: datetime
    day: date
    decided_by: UUID | None
    reason: str | None

    @classmethod
    def of(cls, row: StatusEvent) -> Self:
        return cls(
            happened=row.happened.value,
            at=row.at,
            day=row.day,
            decided_by=row.decided_by,
            reason=row.reason,
        )


class CertificateOut(Out):
    """A certificate whole; `payload` is the exact text that `payload_sha256` is of."""

    line: CertificateLineOut
    verification_code: str
    payload: str
    payload_sha256: str
    token: str | None
    supersedes_id: UUID | None
    history: list[StatusEventOut]
    standing: str | None
    standing_on: date
    revision: int

    @classmethod
    def of(cls, row: Certificate, events: list[StatusEvent], day: date) -> Self:
        """The certificate with its standing on `day`, null before its issue."""
        changes = [Change(event.happened, event.day) for event in events]
        told = standing_as_of(changes, row.from_day, row.last_day, day)
        return cls(
            line=CertificateLineOut.of(row),
            verification_code=row.verification_code,
            payload=row.payload.decode(),
            payload_sha256=row.payload_hash.hex(),
            token=row.token,
            supersedes_id=row.supersedes_id,
            history=[StatusEventOut.of(event) for event in events],
            standing=told.value if told is not None else None,
            standing_on=day,
            revision=row.revision,
        )


class CorrectedOut(Out):
    """The new certificates of a corrected name."""

    certificates: list[CertificateLineOut]


class OrderOut(Out):
    """A certificate that is due, and what keeps it from being made."""

    id: UUID
    kind: str
    award_id: UUID | None
    centre_award_id: UUID | None
    state: str
    faults: list[dict[str, Any]]
    requested_at: datetime
    tried_at: datetime | None
    certificate_id: UUID | None

    @classmethod
    def of(cls, row: CertificateOrder) -> Self:
        return cls(
            id=row.id,
            kind=row.kind.value,
            award_id=row.award_id,
            centre_award_id=row.centre_award_id,
            state=row.state.value,
            faults=msgspec.to_builtins(row.faults or []),
            requested_at=row.requested_at,
            tried_at=row.tried_at,
            certificate_id=row.certificate_id,
        )
