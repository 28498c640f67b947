"""The fraction that certifies a centre, in exact integers: met or not, how many more, how shown.

Not here: the threshold itself (threshold.py), who counts (counting/), what follows (decisions/).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from certs.centres.policy.threshold import Threshold


class Outcome(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    NOT_EVALUABLE = "not_evaluable"
    BELOW_MINIMUM = "below_minimum"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many count in a centre (N), and how many of those are qualified (Q)."""

    counted: int
    qualified: int

    def __post_init__(self) -> None:
        if not 0 <= self.qualified <= self.counted:
            raise ValueError("those who are qualified are among those who count")


def outcome_of(threshold: Threshold, smallest: int, tally: Tally) -> Outcome:
    """The guard for nobody comes first: the inequality alone would certify an empty centre."""
    if tally.counted == 0:
        return Outcome.NOT_EVALUABLE
    if tally.counted < smallest:
        return Outcome.BELOW_MINIMUM
    return Outcome.MET if threshold.met_by(tally.qualified, tally.counted) else Outcome.NOT_MET


def required_of(threshold: Threshold, tally: Tally) -> int | None:
    """None when nobody counts: then no number of qualified people would do."""
    return threshold.required(tally.counted) if tally.counted else None


def missing_of(threshold: Threshold, tally: Tally) -> int | None:
    """How many more of the people who count today must become qualified."""
    required = required_of(threshold, tally)
    return None if required is None else max(0, required - tally.qualified)


def percentage_of(tally: Tally) -> str | None:
    """Percent with two decimals, cut off and never rounded up: 26 of 29 is "89.65"."""
    if tally.counted == 0:
        return None
    hundredths = 10_000 * tally.qualified // tally.counted
    return f"{hundredths // 100}.{hundredths % 100:02d}"
