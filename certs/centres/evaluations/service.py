"""Counting centres in the transaction that changes them: lock, write, recount, decide.

The nine tenths are a write skew (docs/adr): whoever changes what is counted calls `before`, writes,
and calls `changed`, all in one READ COMMITTED transaction.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from certs.centres.decisions.centre import Centre, centres_to_decide_on
from certs.centres.evaluations.evaluating import evaluate_on
from lms.kernel.clock import local_day
from lms.kernel.locks import Locked, lock
from lms.kernel.work import Work

OVERDUE = text(
    """
    SELECT centre_id FROM centre_standing
    WHERE centre_id = ANY (:centre_ids) AND (next_evaluation_at <= :now
        OR policies_seen < (SELECT max(version) FROM centre_policy))
    """
)


class CentreFractions:
    """What lms/orgs and certs/awards call around everything that can change a centre's fraction."""

    async def before(self, work: Work, centre_ids: Iterable[UUID]) -> None:
        """Lock the centres, in ascending id, and settle what fell due on them until now.

        So a renewal that a late tick has not reached is decided on the facts from before the
        change that is coming.
        """
        ids = await lock(work, Locked.CENTRE, centre_ids)
        if not ids:
            return
        parameters = {"centre_ids": ids, "now": work.now()}
        overdue = [row.centre_id for row in await work.session.execute(OVERDUE, parameters)]
        if not overdue:
            return
        for centre in await centres_to_decide_on(work, overdue):
            await catch_up(work, centre)

    async def changed(
        self, work: Work, centre_ids: Iterable[UUID], cause: str | None = None
    ) -> None:
        """Recount each centre once, and decide. Everything that is counted has been written."""
        ids = set(centre_ids)
        if not ids <= work.locked.get(Locked.CENTRE, set()):
            await lock(work, Locked.CENTRE, ids)
        if not ids:
            return
        await work.session.flush()
        for centre in await centres_to_decide_on(work, ids):
            await evaluate_now(work, centre, cause or work.actor.reason or "change")


async def catch_up(work: Work, centre: Centre) -> None:
    """Evaluate on every day that fell due, oldest first.

    A policy version that the last evaluation did not know of makes the centre due today.
    """
    now = work.now()
    while centre.next_at is not None and centre.next_at <= now:
        await _evaluate_due_day(work, centre, centre.next_at)
    if centre.seq and centre.policies_seen < centre.policies.newest:
        day = local_day(now, centre.zone)
        await evaluate_on(work, centre, day, cause="the policy changed")


async def evaluate_now(work: Work, centre: Centre, cause: str) -> None:
    """Evaluate today, after what fell due on days before."""
    today = local_day(work.now(), centre.zone)
    while centre.next_at is not None and local_day(centre.next_at, centre.zone) < today:
        await _evaluate_due_day(work, centre, centre.next_at)
    await evaluate_on(work, centre, today, cause=cause)


async def _evaluate_due_day(work: Work, centre: Centre, due: datetime) -> None:
    day = local_day(due, centre.zone)
    await evaluate_on(work, centre, day, cause="a known date came")
