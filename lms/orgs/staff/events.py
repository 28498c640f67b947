"""What happened to a company's people, told to the floors above."""

from datetime import date
from uuid import UUID

from lms.kernel.events import event


@event("orgs.staff-linked")
class StaffLinked:
    organisation_id: UUID
    staff_record_id: UUID
    person_id: UUID
    first_day: date


@event("orgs.staff-left")
class StaffLeft:
    """A linked person's employment is over, by whatever act the company let them go.

    Told when `last_day` is over, and at once by an act whose last day is today or past.
    Unused seats that the company holds for them go back to it. Nothing of the person's own ends.
    """

    organisation_id: UUID
    staff_record_id: UUID
    person_id: UUID
    last_day: date
