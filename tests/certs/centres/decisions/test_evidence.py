from dataclasses import replace
from datetime import date
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from certs.centres.counting.rules import HeldAward, Member, lines_of
from certs.centres.decisions import evidence as ev
from certs.centres.policy.fraction import Outcome, Tally
from certs.centres.policy.rules import FIRST

DAY = date(2026, 11, 22)
CENTRE = UUID(int=1)

awards = st.builds(
    HeldAward,
    award_id=st.uuids(),
    course_code=st.sampled_from(["CPCS", "CCCP", "OTHER"]),
    live=st.booleans(),
    from_day=st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    last_day=st.none() | st.dates(date(2026, 6, 1), date(2027, 6, 1)),
)
people = st.builds(
    Member,
    staff_record_id=st.uuids(),
    person_id=st.none() | st.uuids(),
    job_role=st.sampled_from([None, "agent", "cleaner"]),
    awards=st.lists(awards, max_size=3).map(tuple),
)


def uid(number):
    return UUID(int=number)


def certified(number, **changes):
    award = HeldAward(uid(900 + number), "CPCS", live=True, from_day=DAY, last_day=None)
    return Member(uid(number), uid(100 + number), None, (replace(award, **changes),))


def frozen(members, policy=FIRST):
    return ev.freeze(CENTRE, "Asia/Hong_Kong", policy, DAY, lines_of(policy, DAY, members))


@given(st.lists(people, max_size=12, unique_by=lambda member: member.staff_record_id))
def test_recomputing_from_the_stored_bytes_gives_the_same_result(members):
    policy = replace(FIRST, job_roles_not_counted=frozenset({"cleaner"}))
    body = ev.encode(frozen(members, policy))
    again = ev.decode(body)
    assert ev.stands(again)
    assert ev.encode(again) == body
    assert ev.recompute(again).policy == policy


def test_the_order_in_which_people_were_read_does_not_change_the_hash():
    members = [certified(1), certified(2), certified(3)]
    one, other = (ev.encode(frozen(some)) for some in (members, members[::-1]))
    assert ev.digest(one) == ev.digest(other)


def test_a_changed_fact_or_a_changed_result_does_not_stand():
    evidence = frozen([certified(1), Member(uid(2), None, None)])
    assert not ev.stands(msgspec.structs.replace(evidence, qualified=2))
    assert not ev.stands(msgspec.structs.replace(evidence, outcome="met"))
    assert not ev.stands(msgspec.structs.replace(evidence, people=[]))


def test_it_says_who_counted_and_which_certificate():
    evidence = frozen([certified(1)])
    assert (evidence.counted, evidence.qualified, evidence.required) == (1, 1, 1)
    assert evidence.outcome == "met"
    [person] = evidence.people
    assert person.reason == "holds_certificate"
    assert [(award.award_id, award.counted) for award in person.awards] == [(uid(901), True)]


def test_a_certificate_that_cannot_qualify_is_nobody_elses_business():
    private = HeldAward(uid(990), "OTHER", live=False, from_day=DAY, last_day=None)
    member = replace(certified(1), awards=(private, *certified(1).awards))
    other = Member(uid(2), uid(102), None, (private,))
    kept = frozen([member, other])
    assert [[one.course_code for one in line.awards] for line in kept.people] == [["CPCS"], []]
    assert [line.reason for line in kept.people][1] == "no_qualifying_certificate"
    assert ev.stands(kept)


def corrected(
    then, now, *, joined_later=(), linked_later=(), counted_before=(), void=(), policy=FIRST
):
    return ev.corrected(
        frozen(then, policy),
        now,
        joined_later=joined_later,
        linked_later=linked_later,
        counted_before=counted_before,
        void=void,
    )


def test_a_void_award_is_taken_out_of_the_corrected_evaluation():
    members = [certified(n) for n in range(1, 11)]
    again = corrected(members, members, void={uid(901), uid(902)})
    assert again.tally == Tally(10, 8)
    assert again.outcome is Outcome.NOT_MET


def test_a_later_revocation_does_not_touch_the_decision():
    then = [certified(1), certified(2)]
    now = [certified(1, live=False), certified(2)]
    assert corrected(then, now).tally == Tally(2, 2)


def test_an_award_that_was_suspended_then_stays_uncounted_after_reinstatement():
    assert corrected([certified(1, live=False)], [certified(1)]).tally == Tally(1, 0)


def test_a_back_dated_joiner_changes_the_corrected_evaluation():
    again = corrected([certified(1)], [certified(1), Member(uid(2), None, None)])
    assert again.tally == Tally(2, 1)
    assert again.outcome is Outcome.NOT_MET


def test_somebody_hired_later_on_the_same_day_is_no_correction():
    by_the_evening = [certified(1), Member(uid(2), None, None)]
    again = corrected([certified(1)], by_the_evening, joined_later={uid(2)})
    assert again.tally == Tally(1, 1)


def test_a_link_made_later_on_the_same_day_is_no_correction_and_a_changed_one_is():
    unlinked = Member(uid(1), None, None)
    assert corrected([unlinked], [certified(1)], linked_later={uid(1)}).tally == Tally(1, 0)
    assert corrected([unlinked], [certified(1)]).tally == Tally(1, 1)
    somebody_else = Member(uid(1), uid(77), None)
    again = corrected([certified(1)], [somebody_else], linked_later={uid(1)})
    assert again.tally == Tally(1, 0)


def test_whom_a_correction_takes_out_or_links_anew_is_counted_as_known_now():
    then = [certified(1), certified(2), Member(uid(3), None, None)]
    assert corrected(then, [certified(1), certified(3)]).tally == Tally(2, 2)


def test_an_award_revoked_since_still_counts_for_whoever_is_told_anew():
    person = certified(1).person_id
    moved = Member(uid(2), person, None, certified(1, live=False).awards)
    assert corrected([certified(1)], [moved]).tally == Tally(1, 1)


def test_a_role_that_became_counted_later_is_no_correction_and_any_other_change_is():
    policy = replace(FIRST, job_roles_not_counted=frozenset({"trainee"}))
    agent, trainee = Member(uid(2), None, "agent"), Member(uid(2), None, "trainee")

    def tally(then, now, **known):
        both = [certified(1), then], [certified(1), now]
        return corrected(*both, policy=policy, **known).tally

    assert tally(trainee, agent) == Tally(1, 1)
    assert tally(trainee, agent, counted_before={uid(2)}) == Tally(2, 1)
    assert tally(agent, trainee) == Tally(1, 1)
    assert tally(replace(agent, job_role=None), trainee) == Tally(1, 1)


def test_an_unknown_format_is_not_guessed():
    with pytest.raises(msgspec.ValidationError):
        ev.decode(b'{"format": 1}')
