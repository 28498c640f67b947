"""Carrying out a decision: the certificate's period, the frozen evidence, the event."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self
from uuid import UUID

from sqlalchemy import text, update
from sqlmodel import col

from certs.centres.counting.queries import members_on
from certs.centres.counting.rules import Evaluation, lines_of
from certs.centres.decisions import evidence
from certs.centres.decisions.centre import Centre, HeldCentreAward
from certs.centres.decisions.models import CentreAward, CentreAwardState, CentreDecision
from certs.centres.decisions.roster_fall import fell
from certs.centres.decisions.rules import DecisionKind
from certs.centres.decisions.validity import last_day_of
from certs.events import CentreDecided
from lms.issuer.models import ISSUER_ID
from lms.kernel.work import Work

COUNTED_LATELY = text(
    """
    SELECT counted FROM centre_evaluation
    WHERE centre_id = :centre_id AND seq >= coalesce((
        SELECT max(seq) FROM centre_evaluation WHERE centre_id = :centre_id AND day < :since), 0)
    ORDER BY seq
    """
)

STATE_AFTER = {
    DecisionKind.SUSPEND: CentreAwardState.SUSPENDED,
    DecisionKind.REINSTATE: CentreAwardState.IN_FORCE,
    DecisionKind.REVOKE: CentreAwardState.REVOKED,
    DecisionKind.VOID: CentreAwardState.VOID,
}
MAKES_ONE = frozenset({DecisionKind.ISSUE, DecisionKind.RENEW})
ENDS_ONE = frozenset({DecisionKind.RENEW, DecisionKind.REFUSE_RENEWAL, DecisionKind.LAPSE})
"""With these the end of the held certificate has been decided on."""


@dataclass(frozen=True, slots=True)
class ByHand:
    """A decision that a person takes, rather than the rule."""

    kind: DecisionKind
    decided_by: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision and what it does to certificates: `held` before it, `made` by it."""

    id: UUID
    kind: DecisionKind
    evaluation: Evaluation
    held: HeldCentreAward | None
    made: HeldCentreAward | None
    by_hand: ByHand | None

    @classmethod
    def on(
        cls,
        work: Work,
        centre: Centre,
        evaluation: Evaluation,
        kind: DecisionKind,
        by_hand: ByHand | None,
    ) -> Self:
        """Decide, and move `centre` to where the decision leaves it."""
        held, made, day = centre.held, None, evaluation.day
        if kind in MAKES_ONE:
            made = HeldCentreAward(
                work.new_id(), day, last_day_of(day), suspended=False, settled=False
            )
            centre.held = made
        elif held is not None:
            centre.held = _after(kind, held)
        return cls(work.new_id(), kind, evaluation, held, made, by_hand)

    @property
    def concerned(self) -> HeldCentreAward | None:
        """The certificate that the decision is about."""
        return self.made or self.held


def _after(kind: DecisionKind, held: HeldCentreAward) -> HeldCentreAward | None:
    if kind in (DecisionKind.LAPSE, DecisionKind.REVOKE, DecisionKind.VOID):
        return None
    return HeldCentreAward(
        held.id,
        held.from_day,
        held.last_day,
        suspended=kind is DecisionKind.SUSPEND
        or (held.suspended and kind is not DecisionKind.REINSTATE),
        settled=held.settled or kind in ENDS_ONE,
    )


async def carry_out(work: Work, centre: Centre, verdict: Verdict) -> None:
    """Write what a decision means. Its evaluation has been written with `centre.seq`."""
    await _move_held(work, verdict)
    if verdict.made is not None:
        work.session.add(_award(work, centre, verdict, verdict.made))
        await work.session.flush()
    decision = await _decision(work, centre, verdict)
    work.session.add(decision)
    await work.session.flush()
    concerned = verdict.concerned
    await work.emit(
        CentreDecided(
            decision_id=decision.id,
            centre_id=centre.id,
            organisation_id=centre.organisation_id,
            kind=verdict.kind.value,
            day=decision.day,
            outcome=decision.outcome.value,
            counted=decision.counted,
            qualified=decision.qualified,
            centre_award_id=concerned.id if concerned else None,
            from_day=concerned.from_day if concerned else None,
            last_day=concerned.last_day if concerned else None,
            roster_fell=decision.roster_fell,
        )
    )


async def _move_held(work: Work, verdict: Verdict) -> None:
    held = verdict.held
    if held is None:
        return
    values: dict[str, object] = {}
    if verdict.kind in ENDS_ONE:
        values["settled_at"] = work.now()
    if verdict.kind is DecisionKind.LAPSE and verdict.evaluation.day <= held.last_day:
        values["state"] = CentreAwardState.LAPSED
    if verdict.kind in STATE_AFTER:
        values["state"] = STATE_AFTER[verdict.kind]
    if values:
        await work.session.execute(
            update(CentreAward)
            .where(col(CentreAward.id) == held.id)
            .values(revision=col(CentreAward.revision) + 1, **values)
        )


def _award(work: Work, centre: Centre, verdict: Verdict, made: HeldCentreAward) -> CentreAward:
    return CentreAward(
        id=made.id,
        issuer_id=ISSUER_ID,
        organisation_id=centre.organisation_id,
        centre_id=centre.id,
        from_day=made.from_day,
        last_day=made.last_day,
        state=CentreAwardState.IN_FORCE,
        renews_id=verdict.held.id
        if verdict.held is not None and verdict.kind is DecisionKind.RENEW
        else None,
        made_at=work.now(),
    )


async def _decision(work: Work, centre: Centre, verdict: Verdict) -> CentreDecision:
    evaluation, concerned = verdict.evaluation, verdict.concerned
    members = await members_on(work.session, centre.id, evaluation.day)
    lines = lines_of(evaluation.policy, evaluation.day, members)
    frozen = evidence.freeze(centre.id, centre.zone, evaluation.policy, evaluation.day, lines)
    if (frozen.counted, frozen.qualified) != (
        evaluation.tally.counted,
        evaluation.tally.qualified,
    ):
        raise RuntimeError(f"the evidence of centre {centre.id} does not add up to its count")
    body = evidence.encode(frozen)
    return CentreDecision(
        id=verdict.id,
        centre_id=centre.id,
        organisation_id=centre.organisation_id,
        seq=centre.seq,
        kind=verdict.kind,
        day=evaluation.day,
        zone=centre.zone,
        at=work.now(),
        policy_version=evaluation.policy.version,
        counted=evaluation.tally.counted,
        qualified=evaluation.tally.qualified,
        required=evaluation.required,
        outcome=evaluation.outcome,
        centre_award_id=concerned.id if concerned else None,
        roster_fell=await _roster_fell(work, centre, evaluation),
        decided_by=verdict.by_hand.decided_by if verdict.by_hand else None,
        reason=verdict.by_hand.reason if verdict.by_hand else None,
        evidence=body,
        evidence_hash=evidence.digest(body),
    )


async def _roster_fell(work: Work, centre: Centre, evaluation: Evaluation) -> bool:
    policy = evaluation.policy
    since: date = evaluation.day - timedelta(days=policy.fall_days)
    rows = await work.session.execute(COUNTED_LATELY, {"centre_id": centre.id, "since": since})
    return fell([row.counted for row in rows], policy.fall_percent)
