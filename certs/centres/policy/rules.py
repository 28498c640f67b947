"""The centre policy: every choice behind the free centre certificate that an operator can change.

The threshold, who counts, which courses qualify and the smallest centre are read from here and
stand nowhere else. Versioned and effective-dated; changing it takes two people (service.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from certs.centres.policy.fraction import Outcome, Tally, missing_of, outcome_of, required_of
from certs.centres.policy.threshold import NINE_TENTHS, Threshold

ALL_THIRTEEN = frozenset(
    {
        *("CRMD", "CCSA", "CCSP", "CCCM", "CCCA", "CCCS", "CCCP"),
        *("ETOH", "CHSM", "CSSM", "CCSM", "CSEL", "CPCS"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One version. The defaults are the plain reading of the source, as FIRST has them."""

    version: int
    effective_from: date
    threshold: Threshold = NINE_TENTHS
    smallest_centre: int = 1
    job_roles_not_counted: frozenset[str] = frozenset()
    qualifying_courses: frozenset[str] = ALL_THIRTEEN
    look_ahead_days: int = 60
    fall_percent: int = 10
    fall_days: int = 30

    def __post_init__(self) -> None:
        if self.smallest_centre < 1:
            raise ValueError("a centre of nobody is never certified")
        if not self.qualifying_courses:
            raise ValueError("without a qualifying course nobody could qualify")
        if min(self.look_ahead_days, self.fall_percent, self.fall_days) < 1:
            raise ValueError("days and percent are positive")

    def leaves_out(self, job_role: str | None) -> bool:
        return job_role in self.job_roles_not_counted

    def outcome(self, tally: Tally) -> Outcome:
        return outcome_of(self.threshold, self.smallest_centre, tally)

    def required(self, tally: Tally) -> int | None:
        return required_of(self.threshold, tally)

    def missing(self, tally: Tally) -> int | None:
        return missing_of(self.threshold, tally)

    def document(self) -> dict[str, Any]:
        """The version as it is stored and frozen into evidence; sorted, so that it hashes alike."""
        return {
            "threshold": [self.threshold.numerator, self.threshold.denominator],
            "smallest_centre": self.smallest_centre,
            "job_roles_not_counted": sorted(self.job_roles_not_counted),
            "qualifying_courses": sorted(self.qualifying_courses),
            "look_ahead_days": self.look_ahead_days,
            "fall_percent": self.fall_percent,
            "fall_days": self.fall_days,
        }

    @classmethod
    def of(cls, version: int, effective_from: date, document: Mapping[str, Any]) -> Policy:
        """Read a stored document.

        Raises:
            ValueError: its values contradict each other.
        """
        return cls(
            version=version,
            effective_from=effective_from,
            threshold=Threshold(*document["threshold"]),
            smallest_centre=document["smallest_centre"],
            job_roles_not_counted=frozenset(document["job_roles_not_counted"]),
            qualifying_courses=frozenset(document["qualifying_courses"]),
            look_ahead_days=document["look_ahead_days"],
            fall_percent=document["fall_percent"],
            fall_days=document["fall_days"],
        )


FIRST = Policy(version=1, effective_from=date(1970, 1, 1))
"""In force until an operator changes it: nine tenths of everybody on the roster, all courses."""
