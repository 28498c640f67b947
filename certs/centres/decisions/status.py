"""What a centre's certificate was on any day, from its dates and the decisions about it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from certs.centres.decisions.rules import DecisionKind


class DayStatus(StrEnum):
    NOT_YET_VALID = "not_yet_valid"
    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    LAPSED = "lapsed"
    VOID = "void"
    EXPIRED = "expired"


MOVES = {
    DecisionKind.SUSPEND: DayStatus.SUSPENDED,
    DecisionKind.REINSTATE: DayStatus.IN_FORCE,
    DecisionKind.REVOKE: DayStatus.REVOKED,
    DecisionKind.LAPSE: DayStatus.LAPSED,
}
FINAL = frozenset({DayStatus.REVOKED, DayStatus.LAPSED})


def status_on(
    day: date, from_day: date, last_day: date, decisions: Iterable[tuple[DecisionKind, date]]
) -> DayStatus:
    """The status at the end of `day`; `decisions` are those about it, in their order.

    What is void was void on every day. A suspended certificate expires like any other.
    """
    decided = list(decisions)
    if any(kind is DecisionKind.VOID for kind, _ in decided):
        return DayStatus.VOID
    if day < from_day:
        return DayStatus.NOT_YET_VALID
    status = DayStatus.IN_FORCE
    for kind, decided_on in decided:
        if decided_on <= day and status not in FINAL:
            status = MOVES.get(kind, status)
    return DayStatus.EXPIRED if day > last_day and status not in FINAL else status
