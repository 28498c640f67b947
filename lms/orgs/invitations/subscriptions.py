"""What becomes of invitations when something happened elsewhere."""

from lms.kernel.events import Handler
from lms.kernel.work import Work
from lms.orgs.invitations.service import cancel_all
from lms.orgs.organisations.events import OrganisationClosed


async def on_organisation_closed(work: Work, closed: OrganisationClosed) -> None:
    """Nobody is waited for any more."""
    await cancel_all(work, closed.organisation_id)


HANDLERS = (
    Handler("invitations.on_organisation_closed", OrganisationClosed, on_organisation_closed),
)
