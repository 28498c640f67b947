"""What an import did to a bank."""

from dataclasses import dataclass
from typing import Literal

Counted = Literal["created", "new_versions", "moved", "unchanged"]


@dataclass(slots=True)
class ImportOutcome:
    """Counts of questions by what became of them."""

    created: int = 0
    new_versions: int = 0
    moved: int = 0
    unchanged: int = 0

    def count(self, what: Counted) -> None:
        """Count one question."""
        setattr(self, what, getattr(self, what) + 1)
