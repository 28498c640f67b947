"""What happened to centres, told to the floors above."""

from datetime import date
from uuid import UUID

from lms.kernel.events import event


@event("orgs.centre-applied")
class CentreApplied:
    organisation_id: UUID
    centre_id: UUID


@event("orgs.centre-registered")
class CentreRegistered:
    organisation_id: UUID
    centre_id: UUID
    registered_on: date


@event("orgs.centre-renamed")
class CentreRenamed:
    organisation_id: UUID
    centre_id: UUID
    from_day: date


@event("orgs.centre-closed")
class CentreClosed:
    """`closed_on` is the first day on which it is no centre any more."""

    organisation_id: UUID
    centre_id: UUID
    closed_on: date
