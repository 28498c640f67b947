"""What happens to a certificate: its status, the row that says why, the event that tells others."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from certs.events import CertificateStatusChanged
from certs.issuing.changes.status import Happened, NotAllowedError, after
from certs.issuing.models import Certificate, StatusEvent
from certs.issuing.queries import centre_award_of
from lms.kernel.clock import local_day
from lms.kernel.problems import Conflict
from lms.kernel.work import Work


async def step(
    work: Work,
    certificate: Certificate,
    happened: Happened,
    *,
    reason: str | None,
    decided_by: UUID | None,
    at: datetime | None = None,
) -> None:
    """Move a locked certificate on.

    Raises:
        Conflict: it may not happen to a certificate in its status.
    """
    try:
        certificate.status = after(certificate.status, happened)
    except NotAllowedError as error:
        raise Conflict("certificate_status", str(error)) from error
    certificate.status_at = at or work.now()
    certificate.revision += 1
    last = await work.session.scalar(
        select(func.max(col(StatusEvent.position))).where(
            col(StatusEvent.certificate_id) == certificate.id
        )
    )
    note_event(
        work, certificate, happened, position=(last or 0) + 1, reason=reason, decided_by=decided_by
    )
    await work.session.flush()


def note_event(
    work: Work,
    certificate: Certificate,
    happened: Happened,
    *,
    position: int,
    reason: str | None,
    decided_by: UUID | None,
) -> None:
    """Add the event of a status that the certificate has got already."""
    work.session.add(
        StatusEvent(
            certificate_id=certificate.id,
            position=position,
            happened=happened,
            at=certificate.status_at,
            day=local_day(certificate.status_at, certificate.zone),
            decided_by=decided_by,
            reason=reason,
        )
    )


async def tell(work: Work, certificate: Certificate, happened: Happened) -> None:
    """Emit what happened; a centre's certificate names its company and its centre."""
    award = await centre_award_of(work.session, certificate)
    await work.emit(
        CertificateStatusChanged(
            certificate_id=certificate.id,
            happened=happened.value,
            number=certificate.number,
            person_id=certificate.person_id,
            organisation_id=award.organisation_id if award is not None else None,
            centre_id=award.centre_id if award is not None else None,
        )
    )
