"""Which version of a course holds on a day. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class OpenVersion:
    """An open version's days; `teach_out_on` is its last."""

    id: UUID
    number: int
    effective_from: date
    teach_out_on: date | None

    def taught_on(self, day: date) -> bool:
        """Whether it takes enrolments and retakes that day."""
        return self.effective_from <= day and (
            self.teach_out_on is None or day <= self.teach_out_on
        )


def in_effect(versions: Iterable[OpenVersion], day: date) -> OpenVersion | None:
    """The newest of the open versions taught that day, or None."""
    taught = [version for version in versions if version.taught_on(day)]
    return max(taught, key=lambda version: version.effective_from, default=None)
