"""Counting centres in the transaction that changes them: lock, write, recount, decide.

The rule of docs/adr (the nine tenths are a write skew): whoever changes what is counted calls
`before`, writes, and calls `changed`, all in one READ COMMITTED transaction.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from certs.centres.evaluating import evaluate_on
from certs.centres.policies.service import policies_to_decide_by
from certs.centres.policies.timeline import PolicyTimeline
from certs.centres.situation import Centre, situations
from lms.kernel.clock import local_day
from lms.kernel.locks import Locked, lock
from lms.kernel.work import Work


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
        policies = await policies_to_decide_by(work)
        for centre in await situations(work.session, ids):
            await catch_up(work, centre, policies)

    async def changed(
        self, work: Work, centre_ids: Iterable[UUID], cause: str | None = None
    ) -> None:
        """Recount each centre once, and decide. Everything that is counted has been written."""
        ids = await lock(work, Locked.CENTRE, centre_ids)
        if not ids:
            return
        await work.session.flush()
        policies = await policies_to_decide_by(work)
        for centre in await situations(work.session, ids):
            await evaluate_now(work, centre, policies, cause or work.actor.reason or "change")


async def catch_up(work: Work, centre: Centre, policies: PolicyTimeline) -> bool:
    """Evaluate on every day that fell due, oldest first; says whether there was any.

    A policy version that the last evaluation did not know of makes the centre due today.
    """
    now = work.now()
    any_due = False
    while _due(centre, now):
        any_due = True
        day = local_day(_next(centre), centre.zone)
        await evaluate_on(work, centre, day, policies, cause="a known date came")
    if centre.seq and centre.policies_seen < policies.newest:
        any_due = True
        day = local_day(now, centre.zone)
        await evaluate_on(work, centre, day, policies, cause="the policy changed")
    return any_due


async def evaluate_now(work: Work, centre: Centre, policies: PolicyTimeline, cause: str) -> None:
    """Evaluate today, after what fell due on days before."""
    now = work.now()
    today = local_day(now, centre.zone)
    while _due(centre, now) and local_day(_next(centre), centre.zone) < today:
        day = local_day(_next(centre), centre.zone)
        await evaluate_on(work, centre, day, policies, cause="a known date came")
    await evaluate_on(work, centre, today, policies, cause=cause)


def _due(centre: Centre, now: datetime) -> bool:
    return centre.next_at is not None and centre.next_at <= now


def _next(centre: Centre) -> datetime:
    if centre.next_at is None:
        raise ValueError("nothing is due on this centre")
    return centre.next_at
