"""Corrections: a new certificate, made from today's records, supersedes one that states a mistake.

A corrected name concerns every document of its bearer, in one act; anything else concerns one.
Awards stay as they are, and with them course, version and dates; a suspended one too: its new
document is suspended from its issue on.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from certs.issuing.changes.centre_documents import follow_centre_award
from certs.issuing.changes.history import step, tell
from certs.issuing.changes.status import ENDED, Happened
from certs.issuing.documents.drafting import Subject, restates, subject_of
from certs.issuing.documents.payload import Bilingual, read_payload
from certs.issuing.models import Certificate, CertificateOrder, OrderState
from certs.issuing.permissions import MANAGE_CERTIFICATES
from certs.issuing.queries import certificates_of_person, require_certificate
from certs.issuing.service import Press, make
from lms.audit.service import record
from lms.issuer.models import Issuer
from lms.issuer.queries import the_issuer
from lms.kernel.locks import Locked, lock
from lms.kernel.problems import Conflict, Invalid
from lms.kernel.work import Work
from lms.people.persons.queries import printed_name, require_person


async def correct_name(work: Work, press: Press, person_id: UUID, reason: str) -> list[Certificate]:
    """Supersede all of a person's documents that do not bear the name of today; all or none.

    What was revoked, void or superseded before is left alone.

    Raises:
        NotFound: no such person.
        Conflict: every document bears the right name.
        Invalid: the new documents would have faults.
    """
    work.actor.require(MANAGE_CERTIFICATES)
    await lock(work, Locked.PERSON, [person_id])
    person = await require_person(work.session, person_id)
    affected = await _affected(work, person_id, Bilingual(**printed_name(person)))
    if not affected:
        raise Conflict("nothing_to_correct", "every certificate bears this name")
    issuer = await the_issuer(work.session)
    subjects = [await subject_of(work, certificate, issuer) for certificate in affected]
    orders = [await _supersede(work, certificate, reason) for certificate in affected]
    return [
        await _made(work, press, order, subject, issuer)
        for order, subject in zip(orders, subjects, strict=True)
    ]


async def correct_certificate(
    work: Work, press: Press, certificate_id: UUID, reason: str
) -> Certificate:
    """Supersede one document, a person's or a centre's, that states what is now put right.

    A person's name stays as this document has it: a corrected one is for all of them at once.

    Raises:
        NotFound: no such certificate.
        Conflict: it has ended, or a new one would state nothing else.
        Invalid: the new document would have faults.
    """
    work.actor.require(MANAGE_CERTIFICATES)
    certificate = await _held_still(work, press, certificate_id)
    issuer = await the_issuer(work.session)
    subject = await subject_of(work, certificate, issuer)
    stated = read_payload(certificate.payload)
    if certificate.person_id is not None:
        subject = replace(subject, holder=stated.holder)
    if restates(subject, issuer, stated):
        raise Conflict("nothing_to_correct", "a new certificate would state the same")
    order = await _supersede(work, certificate, reason)
    return await _made(work, press, order, subject, issuer)


async def _held_still(work: Work, press: Press, certificate_id: UUID) -> Certificate:
    """A document that nobody else moves on, in line with its award.

    What happens to a person's is behind the person's lock, to a centre's behind its order's; the
    worker may not have told a centre's document yet what was decided about its award.
    """
    certificate = await require_certificate(work.session, certificate_id)
    if certificate.person_id is not None:
        await lock(work, Locked.PERSON, [certificate.person_id])
    if certificate.centre_award_id is not None:
        await follow_centre_award(work, press, certificate.centre_award_id)
    certificate = await require_certificate(work.session, certificate_id)
    if certificate.status in ENDED:
        raise Conflict("certificate_status", f"it is {certificate.status.value}")
    await lock(work, Locked.CERTIFICATE, [certificate_id])
    return certificate


async def _affected(work: Work, person_id: UUID, name: Bilingual) -> Sequence[Certificate]:
    known = await certificates_of_person(work.session, person_id)
    await lock(work, Locked.CERTIFICATE, [certificate.id for certificate in known])
    return [
        certificate
        for certificate in await certificates_of_person(work.session, person_id)
        if certificate.status not in ENDED and read_payload(certificate.payload).holder != name
    ]


async def _supersede(work: Work, certificate: Certificate, reason: str) -> CertificateOrder:
    await step(work, certificate, Happened.SUPERSEDED, reason=reason, decided_by=work.actor.person)
    order = CertificateOrder(
        id=work.new_id(),
        kind=certificate.kind,
        award_id=certificate.award_id,
        centre_award_id=certificate.centre_award_id,
        supersedes_id=certificate.id,
        state=OrderState.OPEN,
        requested_at=work.now(),
    )
    work.session.add(order)
    await work.session.flush()
    await record(
        work,
        action="certificate.superseded",
        subject=("certificate", certificate.id),
        reason=reason,
    )
    await tell(work, certificate, Happened.SUPERSEDED)
    return order


async def _made(
    work: Work, press: Press, order: CertificateOrder, subject: Subject, issuer: Issuer
) -> Certificate:
    faults = await make(work, press, order, subject, issuer)
    if faults or order.certificate_id is None:
        raise Invalid(faults)
    return await require_certificate(work.session, order.certificate_id)
