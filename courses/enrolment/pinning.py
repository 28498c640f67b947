"""Which version an enrolment is examined by, and when a move needs the learner's word. Pure."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from courses.catalogue.in_effect import OpenVersion, in_effect


def pinned(
    versions: Iterable[OpenVersion], class_version_id: UUID | None, day: date
) -> OpenVersion | None:
    """The class's version where there is a class, else the one in effect that day.

    None: that version is not taught (any more, or yet), so there is no enrolment.
    """
    if class_version_id is None:
        return in_effect(versions, day)
    for version in versions:
        if version.id == class_version_id and version.taught_on(day):
            return version
    return None


def agreement_needed(pinned_version_id: UUID, class_version_id: UUID) -> bool:
    """Whether moving to a class changes what the learner signed up for."""
    return pinned_version_id != class_version_id
