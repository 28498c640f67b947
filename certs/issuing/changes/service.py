"""Suspend, reinstate, revoke, declare void: a person's certificate and its award as one act.

The award, the document, the audit trail and the count of every centre concerned are one
transaction. An award whose document is not made yet, or held back by faults, is revoked or void by
itself, and none is made. A centre's certificate is decided on in certs/centres;
`centre_documents.py` follows.
"""

from typing import Any
from uuid import UUID

from certs.awards.counting import hold_counts
from certs.awards.models import Award, AwardState
from certs.awards.ports import CentreFractions
from certs.awards.queries import require_award
from certs.awards.separation import require_apart
from certs.events import AwardEnded
from certs.issuing.changes.history import step, tell
from certs.issuing.changes.status import Happened, NotAllowedError, Status, after
from certs.issuing.models import Certificate
from certs.issuing.numbers.number import Kind
from certs.issuing.orders import withdraw_order
from certs.issuing.permissions import MANAGE_CERTIFICATES, REVOKE_CERTIFICATES
from certs.issuing.queries import require_certificate, standing_certificate_of_award
from lms.approvals.models import Proposal
from lms.approvals.service import propose
from lms.audit.service import record
from lms.kernel.actor import Permission
from lms.kernel.locks import Locked, lock
from lms.kernel.problems import Conflict
from lms.kernel.work import Work

AWARD_AFTER = {
    Happened.SUSPENDED: AwardState.SUSPENDED,
    Happened.REINSTATED: AwardState.IN_FORCE,
    Happened.REVOKED: AwardState.REVOKED,
    Happened.VOID: AwardState.VOID,
}
AS_STATUS = {
    AwardState.IN_FORCE: Status.ISSUED,
    AwardState.SUSPENDED: Status.SUSPENDED,
    AwardState.REVOKED: Status.REVOKED,
    AwardState.VOID: Status.VOID,
}
"""What the document of an award would be, had it one: what may happen to the award goes by it."""

PERMISSION: dict[Happened, Permission] = {
    Happened.SUSPENDED: MANAGE_CERTIFICATES,
    Happened.REINSTATED: MANAGE_CERTIFICATES,
    Happened.REVOKED: REVOKE_CERTIFICATES,
    Happened.VOID: REVOKE_CERTIFICATES,
}
PROPOSALS = {Happened.REVOKED: "certificate.revoke", Happened.VOID: "certificate.void"}
"""What needs a second person, and the name of its proposal."""


async def change_status(
    work: Work, fractions: CentreFractions, certificate_id: UUID, happened: Happened, reason: str
) -> Certificate:
    """Let something happen to a person's certificate and its award.

    Raises:
        NotFound: no such certificate.
        Conflict: it may not happen to it, it is a centre's, or the actor trained its holder.
    """
    work.actor.require(PERMISSION[happened])
    person_id, award_id = _of_person(await require_certificate(work.session, certificate_id))
    centre_ids = await hold_counts(work, fractions, [person_id])
    await lock(work, Locked.CERTIFICATE, [certificate_id])
    certificate = await require_certificate(work.session, certificate_id)
    award = await require_award(work.session, award_id)
    await require_apart(work, award.course_id, person_id)
    before = certificate.status
    await step(work, certificate, happened, reason=reason, decided_by=work.actor.person)
    _move(work, award, happened)
    await work.session.flush()
    await record(
        work,
        action=f"certificate.{happened.value}",
        subject=("certificate", certificate.id),
        before={"status": before.value},
        after={"status": certificate.status.value, "award_id": award.id},
        reason=reason,
    )
    await fractions.changed(work, centre_ids)
    await tell(work, certificate, happened)
    return certificate


async def propose_change(
    work: Work, certificate_id: UUID, happened: Happened, reason: str
) -> Proposal:
    """Ask a second person to revoke a certificate or to declare it void.

    Raises:
        NotFound: no such certificate.
        Conflict: it may not happen to it, it is a centre's, or the actor trained its holder.
    """
    work.actor.require(PERMISSION[happened])
    certificate = await require_certificate(work.session, certificate_id)
    person_id, award_id = _of_person(certificate)
    try:
        after(certificate.status, happened)
    except NotAllowedError as error:
        raise Conflict("certificate_status", str(error)) from error
    award = await require_award(work.session, award_id)
    await require_apart(work, award.course_id, person_id)
    return await _propose(work, award_id, happened, reason, number=certificate.number)


async def propose_for_award(
    work: Work, award_id: UUID, happened: Happened, reason: str
) -> Proposal:
    """Ask a second person to revoke an award, or to declare it void, with its document or without.

    Raises:
        NotFound: no such award.
        Conflict: it may not happen to it, or the actor trained its holder.
    """
    work.actor.require(PERMISSION[happened])
    award = await require_award(work.session, award_id)
    certificate = await standing_certificate_of_award(work.session, award_id)
    if certificate is not None:
        return await propose_change(work, certificate.id, happened, reason)
    _require_possible(award, happened)
    await require_apart(work, award.course_id, award.person_id)
    return await _propose(work, award_id, happened, reason, number=None)


async def apply_change(
    fractions: CentreFractions,
    happened: Happened,
    work: Work,
    payload: dict[str, Any],
    proposal: Proposal,
) -> None:
    """Let it happen, as the second person approves; the reason is the proposal's.

    It is meant for the award: if a correction has superseded the document that was proposed, or one
    was made since, it happens to the one that stands now. Whoever makes a document locks its holder
    first, so that it is looked up when none can come between.
    """
    award = await require_award(work.session, UUID(payload["award_id"]))
    await lock(work, Locked.PERSON, [award.person_id])
    certificate = await standing_certificate_of_award(work.session, award.id)
    if certificate is None:
        await _end_award(work, fractions, award, happened, proposal.reason)
    else:
        await change_status(work, fractions, certificate.id, happened, proposal.reason)


async def _end_award(
    work: Work, fractions: CentreFractions, held: Award, happened: Happened, reason: str
) -> None:
    """End an award without a document, behind its holder's lock; none will be made."""
    work.actor.require(PERMISSION[happened])
    centre_ids = await hold_counts(work, fractions, [held.person_id])
    award = await require_award(work.session, held.id)
    await require_apart(work, award.course_id, award.person_id)
    _require_possible(award, happened)
    before = award.state
    _move(work, award, happened)
    await withdraw_order(work, award.id)
    await work.session.flush()
    await record(
        work,
        action=f"award.{happened.value}",
        subject=("award", award.id),
        before={"state": before.value},
        after={"state": award.state.value},
        reason=reason,
    )
    await fractions.changed(work, centre_ids)
    await work.emit(
        AwardEnded(award_id=award.id, person_id=award.person_id, happened=happened.value)
    )


async def _propose(
    work: Work, award_id: UUID, happened: Happened, reason: str, *, number: str | None
) -> Proposal:
    payload = {"award_id": award_id, "number": number}
    kind = PROPOSALS[happened]
    return await propose(work, kind=kind, subject_id=award_id, payload=payload, reason=reason)


def _move(work: Work, award: Award, happened: Happened) -> None:
    award.state = AWARD_AFTER[happened]
    award.revision += 1
    if happened is Happened.REVOKED:
        award.revoked_at = work.now()


def _require_possible(award: Award, happened: Happened) -> None:
    try:
        after(AS_STATUS[award.state], happened)
    except NotAllowedError as error:
        raise Conflict("award_status", f"it is {award.state.value}") from error


def _of_person(certificate: Certificate) -> tuple[UUID, UUID]:
    if (
        certificate.kind is not Kind.PERSON
        or certificate.person_id is None
        or certificate.award_id is None
    ):
        raise Conflict("decided_at_centre", "a centre's certificate is decided on at the centre")
    return certificate.person_id, certificate.award_id
