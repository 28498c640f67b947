from datetime import date

import pytest

from certs.centres.decisions.rules import DecisionKind
from certs.centres.decisions.status import DayStatus, status_on

FROM, LAST = date(2026, 3, 2), date(2027, 3, 1)
ISSUED = (DecisionKind.ISSUE, FROM)
SUSPENDED = (DecisionKind.SUSPEND, date(2026, 5, 1))
REINSTATED = (DecisionKind.REINSTATE, date(2026, 6, 1))
REVOKED = (DecisionKind.REVOKE, date(2026, 7, 1))
VOID = (DecisionKind.VOID, date(2026, 7, 1))
LAPSED = (DecisionKind.LAPSE, date(2026, 7, 1))


@pytest.mark.parametrize(
    ("day", "decisions", "status"),
    [
        (date(2026, 3, 1), [ISSUED], DayStatus.NOT_YET_VALID),
        (FROM, [ISSUED], DayStatus.IN_FORCE),
        (LAST, [ISSUED], DayStatus.IN_FORCE),
        (date(2027, 3, 2), [ISSUED], DayStatus.EXPIRED),
        (date(2026, 4, 30), [ISSUED, SUSPENDED, REINSTATED], DayStatus.IN_FORCE),
        (date(2026, 5, 1), [ISSUED, SUSPENDED, REINSTATED], DayStatus.SUSPENDED),
        (date(2026, 6, 1), [ISSUED, SUSPENDED, REINSTATED], DayStatus.IN_FORCE),
        (date(2027, 3, 2), [ISSUED, SUSPENDED], DayStatus.EXPIRED),
        (date(2026, 6, 30), [ISSUED, REVOKED], DayStatus.IN_FORCE),
        (date(2030, 1, 1), [ISSUED, REVOKED], DayStatus.REVOKED),
        (date(2026, 8, 1), [ISSUED, LAPSED], DayStatus.LAPSED),
        (FROM, [ISSUED, VOID], DayStatus.VOID),
    ],
)
def test_what_it_was_that_day(day, decisions, status):
    assert status_on(day, FROM, LAST, decisions) is status
