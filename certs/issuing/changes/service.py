"""Suspend, reinstate, revoke, declare void: a person's certificate and its award as one act.

The award, the document, the audit trail and the count of every centre concerned are one
transaction. A centre's certificate is decided on in certs/centres; `centre_documents.py` follows.
"""

from typing import Any
from uuid import UUID

from certs.awards.counting import hold_counts
from certs.awards.models import AwardState
from certs.awards.ports import CentreFractions
from certs.awards.queries import require_award
from certs.awards.separation import require_apart
from certs.issuing.changes.history import step, tell
from certs.issuing.changes.status import Happened, NotAllowedError, after
from certs.issuing.models import Certificate
from certs.issuing.numbers.number import Kind
from certs.issuing.permissions import MANAGE_CERTIFICATES, REVOKE_CERTIFICATES
from certs.issuing.queries import require_certificate, require_standing_certificate
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
    award.state = AWARD_AFTER[happened]
    award.revision += 1
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
    return await propose(
        work,
        kind=PROPOSALS[happened],
        subject_id=award_id,
        payload={"award_id": award_id, "number": certificate.number},
        reason=reason,
    )


async def apply_change(
    fractions: CentreFractions,
    happened: Happened,
    work: Work,
    payload: dict[str, Any],
    proposal: Proposal,
) -> None:
    """Let it happen, as the second person approves; the reason is the proposal's.

    It is meant for the award: if a corrected name has superseded the document that was proposed,
    it happens to the one that stands now, which is looked up when no correction can come between.
    """
    award = await require_award(work.session, UUID(payload["award_id"]))
    await lock(work, Locked.PERSON, [award.person_id])
    certificate = await require_standing_certificate(work.session, award.id)
    await change_status(work, fractions, certificate.id, happened, proposal.reason)


def _of_person(certificate: Certificate) -> tuple[UUID, UUID]:
    if (
        certificate.kind is not Kind.PERSON
        or certificate.person_id is None
        or certificate.award_id is None
    ):
        raise Conflict("decided_at_centre", "a centre's certificate is decided on at the centre")
    return certificate.person_id, certificate.award_id
