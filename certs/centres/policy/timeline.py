"""Which version of the centre policy is in force on which day. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from certs.centres.policy.rules import FIRST, Policy


class PolicyTimeline:
    """All versions: each is in force from its day until a version with a later day begins.

    The first policy alone while none is `stored`, which is before the first evaluation.
    """

    def __init__(self, versions: Iterable[Policy]) -> None:
        self.versions = sorted(versions, key=lambda one: (one.effective_from, one.version))
        self.stored = bool(self.versions)
        if not self.stored:
            self.versions = [FIRST]

    def on(self, day: date) -> Policy:
        """The version in force; before all of them, the first."""
        begun = [one for one in self.versions if one.effective_from <= day]
        return begun[-1] if begun else self.versions[0]

    def turns_after(self, day: date) -> date | None:
        """The next day on which another version begins."""
        return min(
            (one.effective_from for one in self.versions if one.effective_from > day), default=None
        )

    @property
    def newest(self) -> int:
        """The highest version: which policies an evaluation knew of."""
        return max(one.version for one in self.versions)
