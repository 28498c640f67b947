"""What people do to a centre's certificate: suspend, reinstate, revoke, bar, lift a bar.

Each is a decision on that day's evaluation, with its evidence. None of them is ever undone by the
rule: a bar or a suspension keeps automatic issue away until people end it.
"""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from certs.centres.decisions.centre import Centre, HeldCentreAward, centres_to_decide_on
from certs.centres.decisions.rules import DecisionKind
from certs.centres.decisions.service import ByHand
from certs.centres.evaluations.evaluating import evaluate_on
from certs.centres.evaluations.service import CentreFractions, evaluate_now
from certs.centres.permissions import SANCTION_CENTRES
from certs.centres.sanctions.models import BarKind, CentreBar
from certs.issuing.changes.centre_documents import follow_at_once
from lms.approvals.models import Proposal
from lms.approvals.service import propose
from lms.audit.service import record
from lms.kernel.clock import local_day
from lms.kernel.problems import Conflict, Fault, Invalid, NotFound
from lms.kernel.work import Work

REVOKE = "centre_certificate.revoke"
LIFT = "centre_bar.lift"


async def suspend(work: Work, centre_id: UUID, reason: str) -> None:
    """Suspend the certificate that is in force.

    Raises:
        Conflict: the centre has none in force.
    """
    centre = await _locked(work, centre_id)
    held = _held(centre)
    today = local_day(work.now(), centre.zone)
    if held.suspended or not held.valid_on(today):
        raise Conflict("no_centre_certificate", "none is in force")
    await _decide(work, centre, DecisionKind.SUSPEND, reason)


async def reinstate(work: Work, centre_id: UUID, reason: str) -> None:
    """End a suspension; the last day stays. Past it, automatic issue is on again.

    Raises:
        Conflict: nothing is suspended.
    """
    centre = await _locked(work, centre_id)
    if not _held(centre).suspended:
        raise Conflict("no_centre_certificate", "none is suspended")
    await _decide(work, centre, DecisionKind.REINSTATE, reason)


async def open_investigation(
    work: Work, centre_id: UUID, reason: str, until_day: date | None
) -> CentreBar:
    """Hold automatic issue while somebody looks into the centre.

    Raises:
        NotFound: there is no such centre.
        Invalid: the bar's last day is over.
    """
    centre = await _locked(work, centre_id)
    _not_over(work, centre, until_day)
    bar = await _set_bar(work, centre, BarKind.INVESTIGATION, reason, until_day)
    await _evaluate_again(work, centre_id, "a bar was set")
    return bar


async def propose_revocation(
    work: Work, centre_id: UUID, *, reason: str, from_issue: bool, until_day: date | None
) -> Proposal:
    """Ask a second person to revoke the centre's certificate, or to void it from its issue.

    Raises:
        Conflict: the centre has none.
        Invalid: the bar's last day is over.
    """
    centre = await _locked(work, centre_id)
    _not_over(work, centre, until_day)
    payload = {
        "centre_id": centre_id,
        "award_id": _held(centre).id,
        "from_issue": from_issue,
        "until_day": until_day,
    }
    return await propose(work, kind=REVOKE, subject_id=centre_id, payload=payload, reason=reason)


async def apply_revocation(work: Work, payload: dict[str, Any], proposal: Proposal) -> None:
    """Revoke, and bar the centre so that the rule does not at once issue another.

    Raises:
        Conflict: the certificate that it was about is no longer the centre's.
        Invalid: the bar's last day has passed while the proposal waited.
    """
    centre = await _locked(work, UUID(payload["centre_id"]))
    if centre.held is None or centre.held.id != UUID(payload["award_id"]):
        raise Conflict("no_centre_certificate", "the certificate has ended since")
    until_day = payload["until_day"] and date.fromisoformat(payload["until_day"])
    _not_over(work, centre, until_day)
    await _set_bar(work, centre, BarKind.REVOCATION, proposal.reason, until_day)
    kind = DecisionKind.VOID if payload["from_issue"] else DecisionKind.REVOKE
    await _decide(work, centre, kind, proposal.reason)


async def propose_lifting(work: Work, bar_id: UUID, reason: str) -> Proposal:
    """Ask a second person to lift a bar before its time."""
    work.actor.require(SANCTION_CENTRES)
    bar = await _standing_bar(work, bar_id)
    payload = {"bar_id": bar_id, "centre_id": bar.centre_id}
    return await propose(work, kind=LIFT, subject_id=bar_id, payload=payload, reason=reason)


async def apply_lifting(work: Work, payload: dict[str, Any], proposal: Proposal) -> None:
    """Lift the bar; the rule may issue at once."""
    centre_id = UUID(payload["centre_id"])
    await _locked(work, centre_id)
    bar = await _standing_bar(work, UUID(payload["bar_id"]))
    bar.lifted_at = work.now()
    bar.lifted_by = work.actor.person
    bar.lift_reason = proposal.reason
    await work.session.flush()
    await record(
        work,
        action="centre_bar.lifted",
        subject=("centre", centre_id),
        after={"bar_id": bar.id},
        reason=proposal.reason,
    )
    await _evaluate_again(work, centre_id, "a bar was lifted")


async def _locked(work: Work, centre_id: UUID) -> Centre:
    """The centre under its lock, with what fell due on it settled.

    Raises:
        NotFound: there is none.
    """
    work.actor.require(SANCTION_CENTRES)
    await CentreFractions().before(work, [centre_id])
    found = await centres_to_decide_on(work, [centre_id])
    if not found:
        raise NotFound
    return found[0]


def _held(centre: Centre) -> HeldCentreAward:
    held = centre.held
    if held is None or (held.settled and not held.suspended):
        raise Conflict("no_centre_certificate", "the centre has none")
    return held


def _not_over(work: Work, centre: Centre, until_day: date | None) -> None:
    """A bar that is over when it is set holds nothing: the rule would issue at once."""
    if until_day is not None and until_day < local_day(work.now(), centre.zone):
        raise Invalid([Fault("/until_day", "day_over", "a bar ends today or later")])


async def _decide(work: Work, centre: Centre, kind: DecisionKind, reason: str) -> None:
    """Take the decision, let the rule look at what it leaves, and let the document show it."""
    by_hand = ByHand(kind, work.actor.person, reason)
    today = local_day(work.now(), centre.zone)
    held = _held(centre)
    await evaluate_on(work, centre, today, cause=kind.value, by_hand=by_hand)
    await record(
        work,
        action=f"centre_certificate.{kind.value}",
        subject=("centre", centre.id),
        after={"centre_award_id": held.id, "day": today},
        reason=reason,
    )
    await _evaluate_again(work, centre.id, kind.value)
    await follow_at_once(work, held.id)


async def _evaluate_again(work: Work, centre_id: UUID, cause: str) -> None:
    for centre in await centres_to_decide_on(work, [centre_id]):
        await evaluate_now(work, centre, cause)


async def _set_bar(
    work: Work, centre: Centre, kind: BarKind, reason: str, until_day: date | None
) -> CentreBar:
    bar = CentreBar(
        id=work.new_id(),
        organisation_id=centre.organisation_id,
        centre_id=centre.id,
        kind=kind,
        reason=reason,
        until_day=until_day,
        set_at=work.now(),
        set_by=work.actor.person,
    )
    work.session.add(bar)
    await work.session.flush()
    await record(
        work,
        action="centre_bar.set",
        subject=("centre", centre.id),
        after={"bar_id": bar.id, "kind": kind.value, "until_day": until_day},
        reason=reason,
    )
    return bar


async def _standing_bar(work: Work, bar_id: UUID) -> CentreBar:
    query = select(CentreBar).where(col(CentreBar.id) == bar_id)
    bar = (
        await work.session.scalars(query.execution_options(populate_existing=True))
    ).one_or_none()
    if bar is None:
        raise NotFound
    if bar.lifted_at is not None:
        raise Conflict("bar_lifted", "it has been lifted")
    return bar
