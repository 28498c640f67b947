"""Shapes of standings and decisions at the API, for companies and for the issuer."""

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from sqlalchemy import Row

from certs.centres.policy.fraction import percentage_of
from certs.centres.standing.days import Day
from certs.centres.standing.models import RosterAttestation
from certs.centres.standing.report import Report
from lms.kernel.schema import Out


class HeldOut(Out):
    id: UUID
    valid_from: date
    last_day: date
    status: str


class ExpiringOut(Out):
    staff_record_id: UUID
    staff_number: str
    name_zh: str | None
    name_en: str | None
    certified_until: date

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        return cls(
            staff_record_id=row.id,
            staff_number=row.staff_number,
            name_zh=row.name_zh,
            name_en=row.name_en,
            certified_until=row.until,
        )


class StandingOut(Out):
    """`percentage` is cut off after two decimals, never rounded; `missing` is how many more.

    `breaking` are the people who are qualified today and no more on `breaks_on`, at most a hundred;
    `certified_until` is the last day of their certificate, their place or their link.
    `attestation_due`: nobody gave their word for the roster since registration or renewal; false
    where the centre is not registered, or closed.
    """

    centre_id: UUID
    day: date
    zone: str
    state: str
    policy_version: int
    counted: int
    qualified: int
    required: int | None
    missing: int | None
    percentage: str | None
    outcome: str
    certified: bool
    certificate: HeldOut | None
    barred: bool
    health: str | None
    nobody_to_spare: bool
    breaks_on: date | None
    breaking: list[ExpiringOut]
    would_renew_today: bool | None
    attestation_due: bool
    evaluated_at: datetime | None

    @classmethod
    def of(cls, report: Report) -> Self:
        return cls(
            centre_id=report.centre_id,
            day=report.day,
            zone=report.zone,
            state=report.state,
            policy_version=report.policy.version,
            counted=report.tally.counted,
            qualified=report.tally.qualified,
            required=report.policy.required(report.tally),
            missing=report.policy.missing(report.tally),
            percentage=percentage_of(report.tally),
            outcome=report.outcome.value,
            certified=report.certified,
            certificate=_held(report),
            barred=report.barred,
            health=report.health,
            nobody_to_spare=report.nobody_to_spare,
            breaks_on=report.breaks_on,
            breaking=[ExpiringOut.of(row) for row in report.breaking],
            would_renew_today=report.would_renew,
            attestation_due=report.attestation_due,
            evaluated_at=report.evaluated_at,
        )


def _held(report: Report) -> HeldOut | None:
    held = report.held
    if held is None:
        return None
    expired = held.settled or held.last_day < report.day
    status = "suspended" if held.suspended else "expired" if expired else "in_force"
    return HeldOut(id=held.id, valid_from=held.from_day, last_day=held.last_day, status=status)


class DayOut(Out):
    """A past day: the tally that stood when it ended, and its certificate's status."""

    day: date
    evaluated_on: date | None
    policy_version: int | None
    counted: int | None
    qualified: int | None
    required: int | None
    outcome: str | None
    certificate: HeldOut | None

    @classmethod
    def of(cls, asked: date, day: Day) -> Self:
        evaluated = None if day.evaluation is None else day.evaluation._asdict()
        told = dict.fromkeys(("policy_version", "counted", "qualified", "required", "outcome"))
        if evaluated is not None:
            told = {name: evaluated[name] for name in told}
        held = day.certificate
        return cls(
            day=asked,
            evaluated_on=None if evaluated is None else evaluated["day"],
            certificate=None
            if held is None or day.status is None
            else HeldOut(
                id=held.id,
                valid_from=held.from_day,
                last_day=held.last_day,
                status=day.status.value,
            ),
            **told,
        )


class MissingOut(Out):
    """Somebody who counts and is not qualified; `reason` says why, and no result is behind it."""

    staff_record_id: UUID
    staff_number: str
    name_zh: str | None
    name_en: str | None
    job_role: str | None
    linked: bool
    reason: str

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        unlinked = "not_linked" if not row.linked else None
        return cls(
            staff_record_id=row.id,
            staff_number=row.staff_number,
            name_zh=row.name_zh,
            name_en=row.name_en,
            job_role=row.job_role,
            linked=row.linked,
            reason=unlinked or ("not_in_force" if row.ever else "no_qualifying_certificate"),
        )


class AttestationOut(Out):
    id: UUID
    centre_id: UUID
    day: date
    counted: int
    roster_sha256: str
    attested_by: UUID
    at: datetime

    @classmethod
    def of(cls, row: RosterAttestation) -> Self:
        return cls(
            id=row.id,
            centre_id=row.centre_id,
            day=row.day,
            counted=row.counted,
            roster_sha256=row.roster_hash.hex(),
            attested_by=row.attested_by,
            at=row.at,
        )


class CentreLineOut(Out):
    """One centre in the issuer's list, as its latest evaluation left it.

    `certificate_status` is that of its latest certificate now; one in force whose last day is over
    is expired.
    """

    centre_id: UUID
    organisation_id: UUID
    name_zh: str | None
    name_en: str | None
    state: str
    day: date
    counted: int
    qualified: int
    required: int | None
    outcome: str
    health: str | None
    breaks_on: date | None
    certificate_status: str | None
    last_day: date | None
    evaluated_at: datetime

    @classmethod
    def of(cls, row: Row[Any]) -> Self:
        return cls(**row._asdict())
