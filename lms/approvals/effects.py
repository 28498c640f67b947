"""What an approved proposal does: slices declare effects, `lms/app.py` collects them."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from lms.approvals.models import Proposal
from lms.kernel.actor import Permission
from lms.kernel.work import Work


@dataclass(frozen=True, slots=True)
class Effect:
    """One kind of act for two people (docs/domain.md).

    `permission` is needed to propose and to decide. `apply` runs in the approving transaction,
    with the approver as the actor; what it raises undoes the approval too.
    """

    kind: str
    permission: Permission
    apply: Callable[[Work, dict[str, Any], Proposal], Awaitable[None]]


class Effects:
    """All kinds of proposals, by name."""

    def __init__(self, effects: Iterable[Effect] = ()) -> None:
        self._by_kind: dict[str, Effect] = {}
        for effect in effects:
            if effect.kind in self._by_kind:
                raise ValueError(f"effect {effect.kind} is registered twice")
            self._by_kind[effect.kind] = effect

    def __getitem__(self, kind: str) -> Effect:
        return self._by_kind[kind]

    def kinds(self) -> list[str]:
        """The names, sorted."""
        return sorted(self._by_kind)
