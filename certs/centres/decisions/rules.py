"""What an evaluation leads to: a certificate, its renewal, a refusal, a lapse, or nothing. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from certs.centres.policy.fraction import Outcome


class DecisionKind(StrEnum):
    ISSUE = "issue"
    RENEW = "renew"
    REFUSE_RENEWAL = "refuse_renewal"
    LAPSE = "lapse"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    REVOKE = "revoke"
    VOID = "void"


class CentreState(StrEnum):
    """How a centre stands in the association's register, as far as certificates care."""

    APPLIED = "applied"
    REGISTERED = "registered"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class HeldCertificate:
    """The centre's latest certificate that was neither revoked nor found void.

    `settled` says that its end has been decided on: renewed, refused or lapsed.
    """

    last_day: date
    suspended: bool = False
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a decision depends on besides the evaluation's outcome."""

    day: date
    centre: CentreState
    barred: bool
    held: HeldCertificate | None = None


def decide(outcome: Outcome, conditions: Conditions) -> DecisionKind | None:
    """The decision that falls by itself, or None.

    A dip while a certificate is valid decides nothing: it stays until its last day. A suspended
    certificate keeps every other one away, also past its last day, until a person reinstates or
    revokes it: suspension is never cured by another issue.
    """
    held = conditions.held
    if held is not None and not held.settled:
        return _on_held(outcome, conditions, held)
    if held is not None and held.suspended:
        return None
    return DecisionKind.ISSUE if _may_issue(outcome, conditions) else None


def _on_held(
    outcome: Outcome, conditions: Conditions, held: HeldCertificate
) -> DecisionKind | None:
    if conditions.centre is not CentreState.REGISTERED:
        return DecisionKind.LAPSE
    if conditions.day <= held.last_day:
        return None
    if held.suspended or not _may_issue(outcome, conditions):
        return DecisionKind.REFUSE_RENEWAL
    return DecisionKind.RENEW


def _may_issue(outcome: Outcome, conditions: Conditions) -> bool:
    return (
        outcome is Outcome.MET
        and conditions.centre is CentreState.REGISTERED
        and not conditions.barred
    )


def forecast(outcome: Outcome, conditions: Conditions, *, look_ahead_days: int) -> bool | None:
    """Whether today's facts would renew the certificate; None outside its last days."""
    held = conditions.held
    if held is None or held.settled:
        return None
    opens = held.last_day - timedelta(days=look_ahead_days - 1)
    if not opens <= conditions.day <= held.last_day:
        return None
    return not held.suspended and _may_issue(outcome, conditions)
