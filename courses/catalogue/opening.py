"""What must be set before a version opens for enrolment. Pure: facts in, faults out."""

from collections.abc import Sequence
from dataclasses import dataclass

from courses.catalogue.models import ValidityKind
from lms.kernel.problems import Fault


@dataclass(frozen=True, slots=True)
class Content:
    """The operator-set part of a version; None is not set. Nothing here has a default."""

    contact_minutes: int | None
    fee_hkd_cents: int | None
    prerequisites_decided: bool
    validity_kind: ValidityKind
    pass_marks: Sequence[int | None]


def missing(content: Content) -> list[Fault]:
    """Everything that still keeps a version from opening, with pointers into the version's body."""
    faults = [
        Fault(pointer, "not_set", detail)
        for pointer, is_set, detail in (
            ("/contact_minutes", content.contact_minutes is not None, "contact minutes"),
            ("/fee_hkd_cents", content.fee_hkd_cents is not None, "fee, zero where there is none"),
            ("/prerequisites", content.prerequisites_decided, "prerequisites, empty where none"),
            ("/validity", content.validity_kind is not ValidityKind.UNSET, "validity"),
            ("/components", bool(content.pass_marks), "at least one assessed component"),
        )
        if not is_set
    ]
    return faults + [
        Fault(f"/components/{place}/pass_mark_percent", "not_set", "pass mark")
        for place, pass_mark in enumerate(content.pass_marks)
        if pass_mark is None
    ]
