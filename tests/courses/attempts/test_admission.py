"""Who may begin, and why not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from courses.attempts.admission import AdmissionRules, Applicant, Refusal, refusal
from courses.attempts.deadline import Window

NOW = datetime(2027, 3, 1, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)
APPLICANT = Applicant(
    enrolment_confirmed=True,
    passed_already=False,
    attempts_made=0,
    last_ended_at=None,
    attended_minutes=0,
    contact_minutes=0,
    listed=False,
)
RULES = AdmissionRules(
    window=Window(NOW - DAY, NOW + DAY),
    attendance_percent=None,
    retake_limit=None,
    cooling_off=timedelta(0),
    listed_only=False,
)


def test_a_confirmed_learner_may_begin_while_the_sitting_is_open() -> None:
    assert refusal(APPLICANT, RULES, NOW) is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"enrolment_confirmed": False}, "enrolment_not_confirmed"),
        ({"passed_already": True}, "exam_passed_already"),
    ],
)
def test_standing_reasons_against(changes: dict[str, bool], code: str) -> None:
    assert refusal(replace(APPLICANT, **changes), RULES, NOW) == Refusal(code)  # type: ignore[arg-type]


def test_a_sitting_has_a_beginning_and_an_end() -> None:
    early, late = RULES.window.opens_at - DAY, RULES.window.closes_at
    assert refusal(APPLICANT, RULES, early) == Refusal("sitting_not_open", RULES.window.opens_at)
    assert refusal(APPLICANT, RULES, late) == Refusal("sitting_closed")


def test_a_sitting_may_be_for_a_list_of_people_only() -> None:
    rules = replace(RULES, listed_only=True)
    assert refusal(APPLICANT, rules, NOW) == Refusal("sitting_not_for_you")
    assert refusal(replace(APPLICANT, listed=True), rules, NOW) is None


@pytest.mark.parametrize(
    ("attended", "contact", "enough"),
    [
        (6999, 10000, False),
        (7000, 10000, True),
        (0, 0, True),
        (699, 1000, False),
        (700, 1000, True),
    ],
)
def test_attendance_is_compared_exactly(attended: int, contact: int, enough: bool) -> None:
    applicant = replace(APPLICANT, attended_minutes=attended, contact_minutes=contact)
    refused = refusal(applicant, replace(RULES, attendance_percent=70), NOW)
    assert refused == (None if enough else Refusal("attendance_too_low"))


@pytest.mark.parametrize(("made", "refused"), [(0, False), (1, False), (2, False), (3, True)])
def test_two_retakes_are_three_attempts(made: int, refused: bool) -> None:
    found = refusal(replace(APPLICANT, attempts_made=made), replace(RULES, retake_limit=2), NOW)
    assert found == (Refusal("retakes_used_up") if refused else None)


def test_cooling_off_counts_from_the_end_of_the_last_attempt() -> None:
    rules = replace(RULES, cooling_off=DAY)
    tick = timedelta(microseconds=1)
    soon = replace(APPLICANT, attempts_made=1, last_ended_at=NOW - DAY + tick)
    assert refusal(soon, rules, NOW) == Refusal("cooling_off", NOW + tick)
    assert refusal(replace(soon, last_ended_at=NOW - DAY), rules, NOW) is None
