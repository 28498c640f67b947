from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from certs.centres.counting.rules import HeldAward, Member, Reason, evaluate, lines_of
from certs.centres.policy.fraction import Outcome, Tally
from certs.centres.policy.rules import FIRST

DAY = date(2026, 11, 22)


def uid(number):
    return UUID(int=number)


def an_award(number=900, **changes):
    award = HeldAward(uid(number), "CPCS", live=True, from_day=DAY, last_day=None)
    return replace(award, **changes)


def a_member(number=1, *awards, person=None, role=None):
    return Member(uid(number), uid(person or 100 + number), role, awards)


def reason_of(member, policy=FIRST):
    [line] = lines_of(policy, DAY, [member])
    return line.reason


@pytest.mark.parametrize(
    ("award", "reason"),
    [
        (an_award(), Reason.HOLDS_CERTIFICATE),
        (an_award(last_day=DAY), Reason.HOLDS_CERTIFICATE),
        (an_award(from_day=date(2026, 11, 23)), Reason.NOT_IN_FORCE),
        (an_award(from_day=date(2025, 1, 1), last_day=date(2026, 11, 21)), Reason.NOT_IN_FORCE),
        (an_award(live=False), Reason.NOT_IN_FORCE),
        (an_award(course_code="OTHER"), Reason.NO_QUALIFYING_CERTIFICATE),
    ],
)
def test_who_is_qualified_that_day(award, reason):
    assert reason_of(a_member(1, award)) is reason


def test_an_unlinked_staff_record_counts_and_is_never_qualified():
    member = Member(uid(1), None, None)
    assert reason_of(member) is Reason.NOT_LINKED
    assert evaluate(FIRST, DAY, [member]).tally == Tally(1, 0)


def test_a_linked_person_without_certificate_counts_only():
    assert reason_of(a_member()) is Reason.NO_QUALIFYING_CERTIFICATE
    assert evaluate(FIRST, DAY, [a_member()]).tally == Tally(1, 0)


def test_several_certificates_count_once_and_each_is_named():
    member = a_member(1, an_award(901), an_award(902), an_award(903, live=False))
    [line] = lines_of(FIRST, DAY, [member])
    assert line.counted_awards == (uid(901), uid(902))
    assert evaluate(FIRST, DAY, [member]).tally == Tally(1, 1)


def test_a_person_with_two_staff_records_in_the_centre_counts_once():
    twice = [a_member(1, an_award(), person=500), a_member(2, an_award(), person=500)]
    assert [line.reason for line in lines_of(FIRST, DAY, twice)] == [
        Reason.HOLDS_CERTIFICATE,
        Reason.COUNTED_ALREADY,
    ]
    assert evaluate(FIRST, DAY, twice).tally == Tally(1, 1)


def test_a_role_that_is_not_counted_leaves_both_sides():
    policy = replace(FIRST, job_roles_not_counted=frozenset({"cleaner"}))
    members = [a_member(1, an_award(), role="cleaner"), a_member(2, role="agent")]
    assert evaluate(policy, DAY, members).tally == Tally(1, 0)
    assert evaluate(FIRST, DAY, members).tally == Tally(2, 1)


def test_a_record_left_out_by_role_does_not_hide_the_persons_other_record():
    policy = replace(FIRST, job_roles_not_counted=frozenset({"cleaner"}))
    members = [
        a_member(1, an_award(), person=500, role="cleaner"),
        a_member(2, an_award(), person=500, role="agent"),
    ]
    assert evaluate(policy, DAY, members).tally == Tally(1, 1)


def test_an_empty_roster_is_not_evaluable():
    evaluation = evaluate(FIRST, DAY, [])
    assert evaluation.outcome is Outcome.NOT_EVALUABLE
    assert evaluation.required is None


def test_eighteen_of_twenty_meet_it():
    members = [a_member(n, an_award(900 + n)) for n in range(18)]
    members += [a_member(n) for n in range(18, 20)]
    evaluation = evaluate(FIRST, DAY, members)
    assert (evaluation.outcome, evaluation.required) == (Outcome.MET, 18)
