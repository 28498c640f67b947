"""How safe a valid certificate is: ok, at risk (with the day it would break), or below. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from certs.centres.policy.fraction import Outcome, Tally
from certs.centres.policy.rules import Policy


class Health(StrEnum):
    OK = "ok"
    AT_RISK = "at_risk"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class Foreseen:
    """The tally of a coming day, as far as known dates tell it today."""

    day: date
    tally: Tally


@dataclass(frozen=True, slots=True)
class HealthReport:
    health: Health
    nobody_to_spare: bool = False
    breaks_on: date | None = None


def nobody_to_spare(policy: Policy, tally: Tally) -> bool:
    """Whether one qualified person fewer, of as many counted, would break the rule."""
    return policy.missing(tally) == 0 and policy.required(tally) == tally.qualified


def health_of(policy: Policy, today: Tally, coming: Iterable[Foreseen] = ()) -> HealthReport:
    """`coming` holds the days, within the look-ahead, on which a known date changes the tally."""
    if policy.outcome(today) is not Outcome.MET:
        return HealthReport(Health.BELOW)
    breaks_on = min(
        (one.day for one in coming if policy.outcome(one.tally) is not Outcome.MET), default=None
    )
    tight = nobody_to_spare(policy, today)
    at_risk = tight or breaks_on is not None
    return HealthReport(Health.AT_RISK if at_risk else Health.OK, tight, breaks_on)


def surely_safe(policy: Policy, today: Tally, *, joining: int, leaving: int, losing: int) -> bool:
    """Whether the worst that these numbers allow keeps the rule, so that no day need be looked at.

    The worst: all who lose their qualification or leave are different qualified people, and all who
    join are not qualified.
    """
    worst = Tally(
        counted=max(0, today.counted - leaving) + joining,
        qualified=max(0, today.qualified - leaving - losing),
    )
    fewest = Tally(max(0, today.counted - leaving), worst.qualified)
    return all(policy.outcome(tally) is Outcome.MET for tally in (worst, fewest))
