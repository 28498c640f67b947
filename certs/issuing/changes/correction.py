"""A corrected name: new certificates supersede every document that bears the old one."""

from collections.abc import Sequence
from uuid import UUID

from certs.issuing.changes.history import step, tell
from certs.issuing.changes.status import ENDED, Happened
from certs.issuing.documents.payload import Bilingual, read_payload
from certs.issuing.models import Certificate, CertificateOrder, OrderState
from certs.issuing.permissions import MANAGE_CERTIFICATES
from certs.issuing.queries import certificates_of_person, require_certificate
from certs.issuing.service import Press, fulfil
from lms.audit.service import record
from lms.kernel.locks import Locked, lock
from lms.kernel.problems import Conflict, Invalid
from lms.kernel.work import Work
from lms.people.persons.queries import printed_name, require_person


async def correct_name(work: Work, press: Press, person_id: UUID, reason: str) -> list[Certificate]:
    """Supersede all of a person's documents that do not bear the name of today; all or none.

    Awards stay as they are, a suspended one too: its new document is suspended from its issue on.
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
    orders = [await _supersede(work, certificate, reason) for certificate in affected]
    made = []
    for order in orders:
        faults = await fulfil(work, press, order)
        if faults or order.certificate_id is None:
            raise Invalid(faults)
        made.append(await require_certificate(work.session, order.certificate_id))
    return made


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
