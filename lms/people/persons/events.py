"""What happens to people, told to the floors above."""

from uuid import UUID

from lms.kernel.events import event


@event("people.person-renamed")
class PersonRenamed:
    """A printed name changed, approved by a second person; documents with it are superseded."""

    person_id: UUID
    proposal_id: UUID


@event("people.person-disabled")
class PersonDisabled:
    person_id: UUID


@event("people.person-enabled")
class PersonEnabled:
    person_id: UUID
