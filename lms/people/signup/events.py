"""Somebody came in, told to the floors above."""

from uuid import UUID

from lms.kernel.events import event


@event("people.person-joined")
class PersonJoined:
    person_id: UUID
