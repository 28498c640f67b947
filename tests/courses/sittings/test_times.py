"""Times at the edge of what a calendar can say are refused, not stumbled over."""

import pytest

from courses.sittings.schemas import SittingIn
from lms.kernel.problems import Invalid


@pytest.mark.parametrize(
    "instant",
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1999-12-31T23:59:59Z", "now"],
)
def test_an_instant_outside_of_our_times_is_a_fault(instant: str) -> None:
    body = f'{{"opens_at": "{instant}", "closes_at": "2027-01-01T00:00:00Z"}}'
    with pytest.raises(Invalid) as caught:
        SittingIn.from_json(body.encode())
    assert [fault.pointer for fault in caught.value.faults] == ["/opens_at"]
