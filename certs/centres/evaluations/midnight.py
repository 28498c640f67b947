"""What known dates change: each minute, centres whose next evaluation is due are evaluated.

The due instant is stored, so downtime loses nothing: a late tick evaluates on the days that were
due.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from certs.centres.evaluations.one_by_one import one_by_one
from certs.centres.evaluations.service import CentreFractions
from lms.kernel.actor import Actor
from lms.kernel.events import Tick
from lms.kernel.work import Work, Works

BATCH = 200
DATE_CAME = Actor.system("a known date came")

DUE = text(
    """
    SELECT centre_id FROM centre_standing
    WHERE (next_evaluation_at <= :now OR policies_seen < (SELECT max(version) FROM centre_policy))
        AND NOT centre_id = ANY (:failed)
    ORDER BY next_evaluation_at LIMIT :most
    """
)


async def evaluate_due(works: Works) -> None:
    """Evaluate every centre that is due; one that fails is tried again at the next tick."""
    failed = set[UUID]()
    while due := await _due(works, failed):
        failed |= await one_by_one(works, DATE_CAME, due, _settle)


async def _settle(work: Work, centre_id: UUID) -> None:
    await CentreFractions().before(work, [centre_id])


async def _due(works: Works, failed: set[UUID]) -> list[UUID]:
    async with works.read(Actor.system("looks for due evaluations")) as work:
        parameters = {"now": work.now(), "failed": list(failed), "most": BATCH}
        return [row.centre_id for row in await work.session.execute(DUE, parameters)]


MIDNIGHT = Tick("centres.evaluate-due", timedelta(minutes=1), evaluate_due)
