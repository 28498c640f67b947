from dataclasses import replace
from datetime import date

import pytest

from certs.centres.policy.fraction import Outcome, Tally, Threshold
from certs.centres.policy.rules import ALL_THIRTEEN, FIRST, Policy


def test_the_first_policy_is_the_plain_reading_of_the_source():
    assert FIRST.threshold == Threshold(9, 10)
    assert FIRST.smallest_centre == 1
    assert FIRST.job_roles_not_counted == frozenset()
    assert len(FIRST.qualifying_courses) == 13
    assert FIRST.qualifying_courses == ALL_THIRTEEN
    assert (FIRST.look_ahead_days, FIRST.fall_percent, FIRST.fall_days) == (60, 10, 30)


def test_raising_the_threshold_is_a_new_version_and_nothing_else():
    stricter = replace(FIRST, version=2, threshold=Threshold(19, 20))
    tally = Tally(20, 18)
    assert FIRST.outcome(tally) is Outcome.MET
    assert stricter.outcome(tally) is Outcome.NOT_MET
    assert stricter.required(tally) == 19
    assert stricter.missing(tally) == 1


def test_a_stored_document_reads_back_as_the_same_policy():
    policy = replace(
        FIRST,
        version=7,
        effective_from=date(2027, 4, 1),
        threshold=Threshold(2, 3),
        smallest_centre=5,
        job_roles_not_counted=frozenset({"cleaner", "清潔員"}),
        qualifying_courses=frozenset({"CPCS", "CCCP"}),
    )
    assert Policy.of(7, date(2027, 4, 1), policy.document()) == policy


def test_a_document_is_spelled_one_way():
    one = replace(FIRST, qualifying_courses=frozenset(["CPCS", "CCCP"]))
    other = replace(FIRST, qualifying_courses=frozenset(["CCCP", "CPCS"]))
    assert str(one.document()) == str(other.document())


@pytest.mark.parametrize(
    "change",
    [
        {"smallest_centre": 0},
        {"qualifying_courses": frozenset()},
        {"look_ahead_days": 0},
        {"fall_percent": 0},
        {"fall_days": 0},
    ],
)
def test_a_policy_that_contradicts_itself_is_refused(change):
    with pytest.raises(ValueError, match=r"."):
        replace(FIRST, **change)
