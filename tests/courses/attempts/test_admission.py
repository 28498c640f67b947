"""Who may begin, and why not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from courses.attempts.admission import AdmissionRules, Applicant, Refusal, refusal
from courses.attempts.deadline import Window
from courses.enrolment.attendance.share import Attended

NOW = datetime(2027, 3, 1, 1, 0, tzinfo=UTC)
TODAY = date(2027, 3, 1)
DAY = timedelta(days=1)
APPLICANT = Applicant(
    enrolment_confirmed=True,
    listed=False,
    attended=Attended(0, 0),
    attempts_made=0,
    last_ended_at=None,
    result_awaited=False,
    passed_already=False,
)
AGAIN = replace(APPLICANT, attempts_made=1, last_ended_at=NOW - 10 * DAY)
RULES = AdmissionRules(
    window=Window(NOW - DAY, NOW + DAY),
    listed_only=False,
    attendance_percent=None,
    retake_limit=None,
    retakes_until=None,
    cooling_off=timedelta(0),
)


def why_not(
    applicant: Applicant, rules: AdmissionRules = RULES, now: datetime = NOW
) -> Refusal | None:
    return refusal(applicant, rules, now, TODAY)


def test_a_confirmed_learner_may_begin_while_the_sitting_is_open() -> None:
    assert why_not(APPLICANT) is None


def test_an_enrolment_that_is_not_confirmed_does_not_admit() -> None:
    found = why_not(replace(APPLICANT, enrolment_confirmed=False))
    assert found == Refusal("enrolment_not_confirmed")


def test_a_sitting_has_a_beginning_and_an_end() -> None:
    early, late = RULES.window.opens_at - DAY, RULES.window.closes_at
    not_open = Refusal("sitting_not_open", RULES.window.opens_at)
    assert why_not(APPLICANT, now=early) == not_open
    assert why_not(APPLICANT, now=late) == Refusal("sitting_closed")


def test_a_sitting_may_be_for_a_list_of_people_only() -> None:
    rules = replace(RULES, listed_only=True)
    assert why_not(APPLICANT, rules) == Refusal("sitting_not_for_you")
    assert why_not(replace(APPLICANT, listed=True), rules) is None


@pytest.mark.parametrize(
    ("attended", "contact", "enough"),
    [(6999, 10000, False), (7000, 10000, True), (0, 0, False), (699, 1000, False)],
)
def test_attendance_is_compared_exactly(attended: int, contact: int, enough: bool) -> None:
    applicant = replace(APPLICANT, attended=Attended(attended, contact))
    found = why_not(applicant, replace(RULES, attendance_percent=70))
    assert found == (None if enough else Refusal("attendance_too_low"))


@pytest.mark.parametrize(("made", "refused"), [(1, False), (2, False), (3, True)])
def test_two_retakes_are_three_attempts(made: int, refused: bool) -> None:
    found = why_not(replace(AGAIN, attempts_made=made), replace(RULES, retake_limit=2))
    assert found == (Refusal("retakes_used_up") if refused else None)


def test_nobody_begins_again_before_the_result_is_released_so_that_a_refusal_tells_nothing() -> (
    None
):
    for passed in (True, False):
        awaited = replace(AGAIN, result_awaited=True, passed_already=passed)
        assert why_not(awaited) == Refusal("result_awaited")
    assert why_not(replace(APPLICANT, result_awaited=True)) == Refusal("result_awaited")
    assert why_not(replace(AGAIN, passed_already=True)) == Refusal("exam_passed_already")


def test_retakes_end_with_the_versions_teach_out_date() -> None:
    assert why_not(AGAIN, replace(RULES, retakes_until=TODAY)) is None
    past = replace(RULES, retakes_until=TODAY - DAY)
    assert why_not(AGAIN, past) == Refusal("version_taught_out")
    assert why_not(APPLICANT, past) is None


def test_cooling_off_counts_from_the_end_of_the_last_attempt() -> None:
    rules = replace(RULES, cooling_off=DAY)
    tick = timedelta(microseconds=1)
    soon = replace(AGAIN, last_ended_at=NOW - DAY + tick)
    assert why_not(soon, rules) == Refusal("cooling_off", NOW + tick)
    assert why_not(replace(AGAIN, last_ended_at=NOW - DAY), rules) is None
