from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from courses.enrolment.bulk.outcomes import ENROLLED, Listed, Outcome, all_possible, judge


def listed(line: int, **changes) -> Listed:
    values = {
        "line": line,
        "staff_number": str(line),
        "known": True,
        "person_id": UUID(int=line),
        "enrolled_already": False,
        "prerequisites_missing": False,
    }
    return Listed(**(values | changes))


def outcomes(rows, seats, *, join_waitlist=False):
    return [row.outcome for row in judge(rows, seats=seats, join_waitlist=join_waitlist)]


def test_seats_go_in_the_lists_order_and_refused_lines_use_none():
    rows = [listed(1), listed(2, person_id=None), listed(3), listed(4)]
    assert outcomes(rows, 2) == [
        Outcome.SEAT,
        Outcome.NOT_LINKED,
        Outcome.SEAT,
        Outcome.NO_SEAT,
    ]
    assert outcomes(rows, 2, join_waitlist=True)[3] is Outcome.WAITLIST


def test_each_reason_has_its_own_outcome():
    rows = [
        listed(1, known=False, person_id=None),
        listed(2, enrolled_already=True),
        listed(3, prerequisites_missing=True),
        listed(4),
        listed(5, staff_number="4"),
    ]
    assert outcomes(rows, None) == [
        Outcome.UNKNOWN,
        Outcome.ENROLLED_ALREADY,
        Outcome.PREREQUISITES_MISSING,
        Outcome.SEAT,
        Outcome.TWICE,
    ]


def test_all_are_possible_only_without_any_refusal():
    assert all_possible(judge([listed(1), listed(2)], seats=1, join_waitlist=True))
    assert not all_possible(judge([listed(1), listed(2)], seats=1, join_waitlist=False))


@given(
    facts=st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), max_size=30),
    seats=st.integers(0, 40),
    waits=st.booleans(),
)
def test_never_more_seats_than_there_are_and_none_left_while_one_is_refused_for_seats(
    facts, seats, waits
):
    rows = [
        listed(line, known=known, enrolled_already=already, prerequisites_missing=missing)
        for line, (known, already, missing) in enumerate(facts, start=1)
    ]
    found = outcomes(rows, seats, join_waitlist=waits)
    given_out = found.count(Outcome.SEAT)
    assert given_out <= seats
    if {Outcome.NO_SEAT, Outcome.WAITLIST} & set(found):
        assert given_out == seats
    assert sum(one in ENROLLED for one in found) <= len(rows)
