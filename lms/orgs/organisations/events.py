"""What happened to companies, told to the floors above."""

from uuid import UUID

from lms.kernel.events import event


@event("orgs.organisation-applied")
class OrganisationApplied:
    organisation_id: UUID
    applied_by: UUID


@event("orgs.organisation-registered")
class OrganisationRegistered:
    """`applied_by` has become its manager; None where an admin registered it unasked."""

    organisation_id: UUID
    applied_by: UUID | None


@event("orgs.organisation-refused")
class OrganisationRefused:
    organisation_id: UUID
    applied_by: UUID | None
    reason: str


@event("orgs.organisation-closed")
class OrganisationClosed:
    """Its centres were closed before; its links and its managers' grants ended with it."""

    organisation_id: UUID
