"""What certs tells the rest of the product, and what its own slices tell each other.

Only shapes: who emits and who handles is said in each slice's service and subscriptions.
"""

from datetime import date
from uuid import UUID

from lms.kernel.events import event


@event("certs.award-made")
class AwardMade:
    """A person meets a scheme for a period; a certificate is due."""

    award_id: UUID
    person_id: UUID
    course_code: str
    from_day: date
    last_day: date | None


@event("certs.centre-decided")
class CentreDecided:
    """A decision about a centre's certificate, and the centre award that it made or changed.

    `kind` is one of issue, renew, refuse_renewal, lapse, suspend, reinstate, revoke, void. The
    award's facts are there for every kind that names an award, so that a document is never issued
    after its award has ended because two deliveries overtook each other.
    """

    decision_id: UUID
    kind: str
    organisation_id: UUID
    centre_id: UUID
    decided_on: date
    zone: str
    centre_award_id: UUID | None = None
    from_day: date | None = None
    last_day: date | None = None
    decided_by: UUID | None = None
    reason: str | None = None


@event("certs.certificate-issued")
class CertificateIssued:
    """A certificate's number and payload are fixed and committed; it is to be signed."""

    certificate_id: UUID


@event("certs.certificate-published")
class CertificatePublished:
    """A certificate is signed; its holder may be told. Ids of the other kind are None."""

    certificate_id: UUID
    kind: str
    number: str
    verification_code: str
    person_id: UUID | None
    organisation_id: UUID | None
    centre_id: UUID | None


@event("certs.certificate-status-changed")
class CertificateStatusChanged:
    """A certificate was suspended, reinstated, revoked, superseded or declared void."""

    certificate_id: UUID
    happened: str
    number: str
    person_id: UUID | None
    organisation_id: UUID | None
    centre_id: UUID | None
