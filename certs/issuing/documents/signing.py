"""Signing what was issued, and saying that it can be shown. Repeats do nothing."""

from uuid import UUID

from certs.events import CertificatePublished
from certs.issuing.documents import token
from certs.issuing.documents.payload import read_payload
from certs.issuing.models import Certificate
from certs.issuing.queries import centre_award_of, require_certificate
from certs.issuing.service import Press
from certs.keys.service import KeyDestroyedError
from lms.kernel.locks import Locked, lock
from lms.kernel.work import Work


async def sign_certificate(work: Work, press: Press, certificate_id: UUID) -> None:
    """Sign a certificate with the key that was fixed at its issue.

    If that key was destroyed in the meantime, the one that signs now takes its place: the key is
    part of the signature, not of what is stated.
    """
    await lock(work, Locked.CERTIFICATE, [certificate_id])
    certificate = await require_certificate(work.session, certificate_id)
    if certificate.token is not None:
        return
    try:
        certificate.token = await _signed(work, press, certificate)
    except KeyDestroyedError:
        certificate.key_id = await press.signer.active_key(work)
        certificate.token = await _signed(work, press, certificate)
    certificate.signed_at = work.now()
    await work.session.flush()
    await work.emit(await _published(work, certificate))


async def _signed(work: Work, press: Press, certificate: Certificate) -> str:
    facts = token.Facts(
        certificate_id=certificate.id,
        kind=certificate.kind,
        number=certificate.number,
        status_url=read_payload(certificate.payload).status_url,
        payload_hash=certificate.payload_hash,
        issued_at=certificate.issued_at,
        from_day=certificate.from_day,
        last_day=certificate.last_day,
        zone=certificate.zone,
    )
    return await press.signer.sign(
        work, certificate.key_id, typ=token.TYPE, claims=token.claims(facts, press.base_url)
    )


async def _published(work: Work, certificate: Certificate) -> CertificatePublished:
    award = await centre_award_of(work.session, certificate)
    return CertificatePublished(
        certificate_id=certificate.id,
        kind=certificate.kind.value,
        number=certificate.number,
        verification_code=certificate.verification_code,
        person_id=certificate.person_id,
        organisation_id=award.organisation_id if award is not None else None,
        centre_id=award.centre_id if award is not None else None,
    )
