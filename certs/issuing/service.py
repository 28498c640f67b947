"""Issuing: look over the draft, take the number, fix the bytes. Signing follows in `documents/`."""

from dataclasses import dataclass
from uuid import UUID

import msgspec

from certs.events import CertificateIssued
from certs.issuing.changes.history import note_event, step
from certs.issuing.changes.status import Happened, Status
from certs.issuing.documents.drafting import Subject, draft_of, subject_of
from certs.issuing.documents.lint import faults_of_draft
from certs.issuing.documents.payload import Draft, canonical, numbered, payload_hash
from certs.issuing.documents.verification_code import new_code
from certs.issuing.models import Certificate, CertificateOrder, OrderState
from certs.issuing.numbers.counter import next_serial
from certs.issuing.numbers.number import Number
from certs.keys.service import Signer
from lms.audit.service import record
from lms.issuer.models import ISSUER_ID, Issuer
from lms.issuer.queries import the_issuer
from lms.kernel.clock import local_day
from lms.kernel.problems import Fault
from lms.kernel.work import Work


@dataclass(frozen=True, slots=True)
class Press:
    """What certificates are made with: the signing keys, and where they can be verified."""

    signer: Signer
    base_url: str

    def status_url(self, code: str) -> str:
        """The verification address that is printed on the certificate, for ever."""
        return f"{self.base_url}/verify/{code}"


async def fulfil(work: Work, press: Press, order: CertificateOrder) -> list[Fault]:
    """Make the certificate of a locked order, if it is still due; answers what prevents it."""
    if order.state is not OrderState.OPEN:
        return []
    issuer = await the_issuer(work.session)
    subject = await subject_of(work, order, issuer)
    if subject.ended:
        order.state = OrderState.WITHDRAWN
        return []
    return await make(work, press, order, subject, issuer)


async def make(
    work: Work, press: Press, order: CertificateOrder, subject: Subject, issuer: Issuer
) -> list[Fault]:
    """Make the certificate of an open order about a subject; answers what prevents it.

    Number, bytes, row and first status event are one transaction: all or nothing.
    """
    order.tried_at = work.now()
    code = new_code(work.random)
    draft = await draft_of(
        work,
        order,
        subject,
        issuer,
        issued_on=local_day(work.now(), issuer.zone),
        code=code,
        status_url=press.status_url(code),
    )
    faults = faults_of_draft(draft)
    order.faults = msgspec.to_builtins(faults) or None
    if not faults:
        await _issue(work, press, order, subject, draft, issuer)
    return faults


async def _issue(
    work: Work,
    press: Press,
    order: CertificateOrder,
    subject: Subject,
    draft: Draft,
    issuer: Issuer,
) -> None:
    key_id = await press.signer.active_key(work)
    serial = await next_serial(work, draft.kind, draft.issued_on.year)
    number = Number(issuer.short_name, draft.kind, draft.issued_on.year, serial)
    certificate = _certificate(work, order, subject, draft, number, key_id)
    work.session.add(certificate)
    await work.session.flush()
    note_event(work, certificate, Happened.ISSUED, position=1, reason=None, decided_by=None)
    order.state = OrderState.DONE
    order.certificate_id = certificate.id
    await work.session.flush()
    await record(
        work,
        action="certificate.issued",
        subject=("certificate", certificate.id),
        after={"number": certificate.number, "payload_sha256": certificate.payload_hash.hex()},
    )
    if subject.suspended:
        await step(
            work,
            certificate,
            Happened.SUSPENDED,
            reason="its award was suspended when it was issued",
            decided_by=None,
        )
    await work.emit(CertificateIssued(certificate_id=certificate.id))


def _certificate(
    work: Work,
    order: CertificateOrder,
    subject: Subject,
    draft: Draft,
    number: Number,
    key_id: UUID,
) -> Certificate:
    exact = canonical(numbered(draft, str(number)))
    return Certificate(
        id=work.new_id(),
        issuer_id=ISSUER_ID,
        kind=order.kind,
        award_id=order.award_id,
        centre_award_id=order.centre_award_id,
        person_id=subject.person_id,
        year=number.year,
        serial=number.serial,
        number=str(number),
        verification_code=draft.verification_code,
        payload=exact,
        payload_hash=payload_hash(exact),
        key_id=key_id,
        issued_at=work.now(),
        issued_on=draft.issued_on,
        from_day=draft.from_day,
        last_day=draft.last_day,
        zone=subject.zone,
        status=Status.ISSUED,
        status_at=work.now(),
        supersedes_id=order.supersedes_id,
    )
