"""One evaluation of one centre on one day, under its lock, and the decision that follows."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text

from certs.centres.counting import queries as counting
from certs.centres.counting.queries import Count
from certs.centres.counting.rules import Evaluation
from certs.centres.decisions.centre import Centre
from certs.centres.decisions.rules import decide
from certs.centres.decisions.service import ByHand, Verdict, carry_out
from certs.centres.health.look_ahead import foresee, more_in_sight_on
from certs.centres.health.rules import Health, HealthReport, health_of, surely_safe
from certs.centres.policy.fraction import Outcome
from certs.events import CentreHealthChanged
from lms.kernel.clock import day_start
from lms.kernel.work import Work

WRITE = text(
    """
    WITH evaluated AS (
        INSERT INTO centre_evaluation (centre_id, seq, organisation_id, day, at, counted,
            qualified, required, outcome, policy_version, cause)
        VALUES (:centre_id, :seq, :organisation_id, :day, :at, :counted, :qualified, :required,
            :outcome, :policy_version, :cause)
    )
    INSERT INTO centre_standing AS s (centre_id, organisation_id, seq, at, day, policy_version,
        policies_seen, counted, qualified, required, outcome, health, nobody_to_spare, breaks_on,
        next_evaluation_at)
    VALUES (:centre_id, :organisation_id, :seq, :at, :day, :policy_version, :policies_seen,
        :counted, :qualified, :required, :outcome, :health, :nobody_to_spare, :breaks_on, :next_at)
    ON CONFLICT (centre_id) DO UPDATE SET seq = excluded.seq, at = excluded.at,
        day = excluded.day, policy_version = excluded.policy_version,
        policies_seen = excluded.policies_seen, counted = excluded.counted,
        qualified = excluded.qualified, required = excluded.required, outcome = excluded.outcome,
        health = excluded.health, nobody_to_spare = excluded.nobody_to_spare,
        breaks_on = excluded.breaks_on, next_evaluation_at = excluded.next_evaluation_at
    """
)


async def evaluate_on(
    work: Work,
    centre: Centre,
    day: date,
    *,
    cause: str,
    by_hand: ByHand | None = None,
) -> UUID | None:
    """Count, take the next sequence number, decide; `centre` is moved on.

    Answers the decision's id where one fell. The caller holds the centre's lock.
    """
    policy = centre.policies.on(day)
    count = await counting.count_on(work.session, centre.id, day, policy, about=centre.counted)
    evaluation = Evaluation(policy, day, count.tally)
    kind = by_hand.kind if by_hand else decide(evaluation.outcome, centre.conditions(day))
    centre.seq, centre.counted = centre.seq + 1, count.tally.counted
    verdict = None if kind is None else Verdict.on(work, centre, evaluation, kind, by_hand)
    report = await report_health(work, centre, evaluation, count)
    centre.next_at = await _next_look(work, centre, evaluation, count)
    centre.policies_seen = centre.policies.newest
    await _write(work, centre, evaluation, report, cause)
    if verdict is not None:
        await carry_out(work, centre, verdict)
    await _tell_health(work, centre, evaluation, report)
    return None if verdict is None else verdict.id


async def report_health(
    work: Work, centre: Centre, evaluation: Evaluation, count: Count
) -> HealthReport | None:
    """How safe the certificate is that is valid on the evaluation's day; None where none is."""
    if not _has_health(centre, evaluation.day):
        return None
    policy, today = evaluation.policy, count.tally
    if evaluation.outcome is not Outcome.MET or surely_safe(
        policy, today, joining=len(count.joins), leaving=len(count.leaves), losing=count.losing
    ):
        return health_of(policy, today)
    coming = await foresee(work.session, centre.id, evaluation.day, policy, count)
    return health_of(policy, today, coming)


async def _next_look(
    work: Work, centre: Centre, evaluation: Evaluation, count: Count
) -> datetime | None:
    """The start of the next day on which a known date could change what is decided or shown."""
    day = evaluation.day
    days = [*centre.turns_after(day), centre.policies.turns_after(day), count.turns_on]
    if _has_health(centre, day):
        in_sight = more_in_sight_on(work.session, centre.id, day, evaluation.policy, count)
        days.append(await in_sight)
    coming: Sequence[date] = [one for one in days if one is not None and one > day]
    return day_start(min(coming), centre.zone) if coming else None


def _has_health(centre: Centre, day: date) -> bool:
    return centre.held is not None and centre.held.valid_on(day)


async def _write(
    work: Work,
    centre: Centre,
    evaluation: Evaluation,
    report: HealthReport | None,
    cause: str,
) -> None:
    await work.session.execute(
        WRITE,
        {
            "centre_id": centre.id,
            "organisation_id": centre.organisation_id,
            "seq": centre.seq,
            "day": evaluation.day,
            "at": work.now(),
            "counted": evaluation.tally.counted,
            "qualified": evaluation.tally.qualified,
            "required": evaluation.required,
            "outcome": evaluation.outcome.value,
            "policy_version": evaluation.policy.version,
            "policies_seen": centre.policies_seen,
            "cause": cause,
            "health": None if report is None else report.health.value,
            "nobody_to_spare": report is not None and report.nobody_to_spare,
            "breaks_on": None if report is None else report.breaks_on,
            "next_at": centre.next_at,
        },
    )


async def _tell_health(
    work: Work, centre: Centre, evaluation: Evaluation, report: HealthReport | None
) -> None:
    was, centre.health = centre.health, None if report is None else report.health.value
    known, centre.breaks_on = centre.breaks_on, None if report is None else report.breaks_on
    if report is None or (was is None and report.health is Health.OK):
        return
    sooner = report.breaks_on is not None and (known is None or report.breaks_on < known)
    if was == centre.health and not sooner:
        return
    await work.emit(
        CentreHealthChanged(
            centre_id=centre.id,
            organisation_id=centre.organisation_id,
            day=evaluation.day,
            was=was,
            health=report.health.value,
            counted=evaluation.tally.counted,
            qualified=evaluation.tally.qualified,
            required=evaluation.required,
            breaks_on=report.breaks_on,
        )
    )
