"""The reconciler: recomputes every centre and every decision. Any difference is an alarm.

It should never find one; if it does, it says so loudly, opens a case, and evaluates the centre.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Row, text

from certs.centres.cases.models import CaseKind
from certs.centres.cases.service import open_case
from certs.centres.counting.queries import Count, count_on
from certs.centres.counting.rules import Evaluation
from certs.centres.decisions import evidence as frozen
from certs.centres.decisions.centre import Centre, centres_to_decide_on
from certs.centres.decisions.rules import CentreState, decide
from certs.centres.evaluations.evaluating import report_health
from certs.centres.evaluations.one_by_one import one_by_one
from certs.centres.evaluations.service import CentreFractions, evaluate_now
from certs.centres.health.rules import HealthReport
from lms.kernel import metrics
from lms.kernel.actor import Actor
from lms.kernel.clock import local_day
from lms.kernel.events import Tick
from lms.kernel.work import Work, Works

BATCH = 500
RECONCILES = Actor.system("reconciles")

CENTRES = text(
    "SELECT id FROM centre WHERE id > :after AND state <> 'applied' ORDER BY id LIMIT :most"
)
STANDING = text(
    """
    SELECT counted, qualified, outcome, health, nobody_to_spare, breaks_on
    FROM centre_standing WHERE centre_id = :centre_id
    """
)
DECISIONS = text(
    """
    SELECT id, evidence, evidence_hash, counted, qualified FROM centre_decision
    WHERE centre_id = :centre_id ORDER BY seq
    """
)
BEGINNING = UUID(int=0)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that must never be; `decision_id` where it is about a decision."""

    what: str
    found: dict[str, Any]
    decision_id: UUID | None = None


async def reconcile(works: Works) -> None:
    """Recompute all centres. One that cannot even be recomputed differs too."""
    after = BEGINNING
    while centre_ids := await _after(works, after):
        for _ in await one_by_one(works, RECONCILES, centre_ids, reconcile_centre):
            metrics.ALARMS.labels(kind="centre.not_recomputed").inc()
        after = centre_ids[-1]


async def _after(works: Works, after: UUID) -> list[UUID]:
    async with works.read(RECONCILES) as work:
        rows = await work.session.execute(CENTRES, {"after": after, "most": BATCH})
        return [row.id for row in rows]


async def reconcile_centre(work: Work, centre_id: UUID) -> list[Difference]:
    """Recompute one centre under its lock, after what fell due; heal and tell differences.

    Its decisions never change, so they are looked at before the lock is taken.
    """
    differences = await _of_evidence(work, centre_id)
    await CentreFractions().before(work, [centre_id])
    [centre] = await centres_to_decide_on(work, [centre_id])
    differences += await _of_standing(work, centre)
    for difference in differences:
        await _alarm(work, centre, difference)
    if differences:
        await evaluate_now(work, centre, "reconciliation")
    return differences


async def _of_standing(work: Work, centre: Centre) -> list[Difference]:
    day = local_day(work.now(), centre.zone)
    policy = centre.policies.on(day)
    count = await count_on(work.session, centre.id, day, policy)
    tally, outcome = count.tally, policy.outcome(count.tally)
    recounted = [tally.counted, tally.qualified, outcome.value]
    row = (await work.session.execute(STANDING, {"centre_id": centre.id})).one_or_none()
    if row is None:
        if centre.state is CentreState.CLOSED:
            return []
        return [Difference("never_evaluated", {"recounted": recounted})]
    stood = [row.counted, row.qualified, row.outcome]
    differences = []
    if stood != recounted:
        found = {"stood": stood, "recounted": recounted}
        differences.append(Difference("standing_differs", found))
    missed = decide(outcome, centre.conditions(day))
    if missed is not None:
        differences.append(Difference("decision_missed", {"decision": missed.value}))
    return differences or await _of_health(work, centre, Evaluation(policy, day, tally), count, row)


async def _of_health(
    work: Work, centre: Centre, evaluation: Evaluation, count: Count, row: Row[Any]
) -> list[Difference]:
    """Asked last: it follows from the tally and from what was decided."""
    report = await report_health(work, centre, evaluation, count)
    stood = [row.health, row.nobody_to_spare, row.breaks_on and row.breaks_on.isoformat()]
    foreseen = [None, False, None] if report is None else _plain(report)
    if stood == foreseen:
        return []
    return [Difference("health_differs", {"stood": stood, "foreseen": foreseen})]


def _plain(report: HealthReport) -> list[Any]:
    breaks_on = report.breaks_on and report.breaks_on.isoformat()
    return [report.health.value, report.nobody_to_spare, breaks_on]


async def _of_evidence(work: Work, centre_id: UUID) -> list[Difference]:
    rows = await work.session.execute(DECISIONS, {"centre_id": centre_id})
    return [
        Difference("evidence_broken", {"decision": str(row.id)}, row.id)
        for row in rows.all()
        if not _holds(row.evidence, row.evidence_hash, (row.counted, row.qualified))
    ]


def _holds(body: bytes, digest: bytes, tally: tuple[int, int]) -> bool:
    if frozen.digest(body) != digest:
        return False
    evidence = frozen.decode(body)
    return frozen.stands(evidence) and (evidence.counted, evidence.qualified) == tally


async def _alarm(work: Work, centre: Centre, difference: Difference) -> None:
    metrics.ALARMS.labels(kind=f"centre.{difference.what}").inc()
    log.error("centre differs", centre_id=str(centre.id), what=difference.what, **difference.found)
    await open_case(
        work,
        centre_id=centre.id,
        organisation_id=centre.organisation_id,
        kind=CaseKind.RECONCILIATION,
        decision_id=difference.decision_id,
        findings={"what": difference.what, **difference.found},
    )


RECONCILE = Tick("centres.reconcile", timedelta(hours=1), reconcile)
