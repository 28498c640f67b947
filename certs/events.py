"""What happened in certification, for the slices beside and above the one that says it."""

from datetime import date
from uuid import UUID

from lms.kernel.events import event


@event("certs.centre-decided")
class CentreDecided:
    """A decision on a centre's certificate fell; `kind` is a value of DecisionKind.

    `from_day` and `last_day` are those of `centre_award_id`, where one is concerned.
    """

    decision_id: UUID
    centre_id: UUID
    organisation_id: UUID
    kind: str
    day: date
    outcome: str
    counted: int
    qualified: int
    centre_award_id: UUID | None
    from_day: date | None
    last_day: date | None
    roster_fell: bool


@event("certs.centre-health-changed")
class CentreHealthChanged:
    """A valid centre certificate became safer or less safe; the company is told at once.

    Where `health` is what it `was`, it is at risk, and known now to break on `breaks_on`, which was
    not known, or for a later day.
    """

    centre_id: UUID
    organisation_id: UUID
    day: date
    was: str | None
    health: str
    counted: int
    qualified: int
    required: int | None
    breaks_on: date | None


@event("certs.centre-policy-changed")
class CentrePolicyChanged:
    """Another version of the centre policy was approved; centres that have not seen it are due.

    Said again after each batch of centres that were evaluated by it, until none is left.
    """

    version: int


@event("certs.centre-case-opened")
class CentreCaseOpened:
    """Something about a centre needs a person's judgement."""

    case_id: UUID
    centre_id: UUID
    kind: str


@event("certs.award-made")
class AwardMade:
    """A person meets a scheme for a period; a certificate is due."""

    award_id: UUID
    person_id: UUID
    course_code: str


@event("certs.award-ended")
class AwardEnded:
    """An award was revoked or declared void before it had a certificate to say so of."""

    award_id: UUID
    person_id: UUID
    happened: str


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
