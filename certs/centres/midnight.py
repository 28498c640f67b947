"""What known dates change: each minute, centres whose next evaluation is due are evaluated.

The due instant is stored, so downtime loses nothing: a late tick evaluates on the days that were
due.
"""

from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import text

from certs.centres.service import CentreFractions
from lms.kernel.actor import Actor
from lms.kernel.events import Tick
from lms.kernel.work import Works

BATCH = 200

DUE = text(
    """
    SELECT centre_id FROM centre_standing
    WHERE (next_evaluation_at <= :now OR policies_seen < (SELECT max(version) FROM centre_policy))
        AND NOT centre_id = ANY (:failed)
    ORDER BY next_evaluation_at LIMIT :most
    """
)

log = structlog.get_logger(__name__)


async def evaluate_due(works: Works) -> None:
    """Evaluate every centre that is due, each in a transaction of its own.

    One that fails is logged, tried again at the next tick, and holds up no other.
    """
    fractions, failed = CentreFractions(), set[UUID]()
    while due := await _due(works, failed):
        for centre_id in due:
            try:
                async with works.write(Actor.system("a known date came")) as work:
                    await fractions.before(work, [centre_id])
            except Exception:
                failed.add(centre_id)
                log.exception("evaluation failed", centre_id=str(centre_id))


async def _due(works: Works, failed: set[UUID]) -> list[UUID]:
    async with works.read(Actor.system("looks for due evaluations")) as work:
        parameters = {"now": work.now(), "failed": list(failed), "most": BATCH}
        return [row.centre_id for row in await work.session.execute(DUE, parameters)]


MIDNIGHT = Tick("centres.evaluate-due", timedelta(minutes=1), evaluate_due)
