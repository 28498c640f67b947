"""What happened to rosters, told to the floors above."""

from datetime import date
from uuid import UUID

from lms.kernel.events import event


@event("orgs.roster-corrected")
class RosterCorrected:
    """Places were stated anew for days that are over, from `from_day` on.

    What was decided on those days is looked at again; today's count has been made already.
    """

    organisation_id: UUID
    centre_ids: tuple[UUID, ...]
    from_day: date
