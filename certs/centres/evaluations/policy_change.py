"""Another policy was approved: every centre is evaluated at once, batch by batch.

Not in the approving transaction, which would hold every centre's lock for as long as all of them
take (docs/adr/0015-policy-changes.md). Until its turn comes, a centre that changes is brought up to
date by its own change (`service.py`), and the minute's tick finds whatever is left (`midnight.py`).
"""

from sqlalchemy import text

from certs.centres.evaluations.service import CentreFractions
from certs.events import CentrePolicyChanged
from lms.kernel.events import Handler
from lms.kernel.work import Work

BATCH = 25
"""As many centres as one transaction locks; each waits for the others of its batch."""

UNSEEN = text(
    """
    SELECT centre_id FROM centre_standing WHERE policies_seen < :version
    ORDER BY policies_seen, centre_id LIMIT :most
    """
)


async def on_policy_changed(work: Work, happened: CentrePolicyChanged) -> None:
    """Evaluate a batch of centres that have not seen the version; the next is an event too."""
    parameters = {"version": happened.version, "most": BATCH}
    unseen = [row.centre_id for row in await work.session.execute(UNSEEN, parameters)]
    if not unseen:
        return
    await CentreFractions().before(work, unseen)
    await work.emit(happened)


ON_POLICY_CHANGED = Handler("centres.on_policy_changed", CentrePolicyChanged, on_policy_changed)
