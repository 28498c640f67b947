from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from courses.enrolment.models import Enrolment, EnrolmentState
from courses.enrolment.progress.view import (
    Learner,
    Outcome,
    Seat,
    day_of_view,
    progress,
    state_shown,
)
from lms.orgs.staff.visibility import Employment, Visible

ZONE = "Asia/Hong_Kong"
STILL = Employment(date(2026, 1, 1))
LEFT = Employment(date(2026, 1, 1), date(2026, 3, 1))
PAID = Seat(
    "CPCS",
    enrolled_on=date(2026, 2, 1),
    paid_by_company=True,
    presences=((date(2026, 2, 10), 120), (date(2026, 3, 10), 60)),
)


def test_a_company_sees_enrolment_attended_minutes_and_until_when_certified():
    learner = Learner([PAID], {"CPCS": (date(2026, 3, 20), date(2029, 3, 19))})
    assert progress(learner, STILL) == {
        "CPCS": Visible(
            enrolled=True,
            attended_minutes=180,
            certified=True,
            certified_until=date(2029, 3, 19),
        )
    }


def test_nothing_that_became_true_after_the_employment_is_seen():
    learner = Learner([PAID], {"CPCS": (date(2026, 3, 20), None)})
    assert progress(learner, LEFT) == {"CPCS": Visible(enrolled=True, attended_minutes=120)}


def test_attendance_in_a_seat_that_the_learner_pays_is_their_own_affair():
    own = Seat("CPCS", PAID.enrolled_on, paid_by_company=False, presences=PAID.presences)
    assert progress(Learner([own]), STILL) == {"CPCS": Visible(enrolled=True)}


def test_an_unlinked_record_shows_nothing():
    assert progress(Learner([PAID]), None) == {}


FAILED = Outcome(date(2026, 2, 20), passed=False, percent="41.66")
PASSED = Outcome(date(2026, 3, 20), passed=True, percent="80.00")


def test_a_result_is_seen_with_consent_only():
    learner = Learner([PAID], outcomes={"CPCS": (FAILED, PASSED)})
    seen = progress(learner, STILL, consented=True)["CPCS"]
    assert (seen.passed, seen.percent) == (True, "80.00")
    hidden = progress(learner, STILL)["CPCS"]
    assert (hidden.passed, hidden.percent) == (None, None)


def test_of_a_leaver_the_result_known_on_the_last_day_is_seen_and_no_later_one():
    learner = Learner([PAID], outcomes={"CPCS": (FAILED, PASSED)})
    seen = progress(learner, LEFT, consented=True)["CPCS"]
    assert (seen.passed, seen.percent) == (False, "41.66")
    later = Learner([PAID], outcomes={"CPCS": (PASSED,)})
    assert progress(later, LEFT, consented=True)["CPCS"].passed is None


def test_what_a_leaver_does_later_takes_nothing_from_what_was_seen():
    before = progress(Learner([PAID]), LEFT)
    gone = replace(PAID, withdrawn_on=date(2026, 3, 2), withdrawn_by="own")
    again = replace(PAID, enrolled_on=date(2026, 5, 1), paid_by_company=False, presences=())
    assert progress(Learner([gone, again]), LEFT) == before
    assert progress(Learner([gone]), STILL) == {}
    returned = replace(gone, withdrawn_by="sponsor_left")
    assert progress(Learner([returned]), LEFT) == {}


def test_a_leaver_is_seen_as_of_the_last_day():
    assert day_of_view(LEFT, date(2026, 6, 1)) == date(2026, 3, 1)
    assert day_of_view(LEFT, date(2026, 2, 1)) == date(2026, 2, 1)
    assert day_of_view(STILL, date(2026, 6, 1)) == date(2026, 6, 1)


@pytest.mark.parametrize(
    ("state", "reason", "employment", "shown"),
    [
        ("completed", None, STILL, "confirmed"),
        ("confirmed", None, STILL, "confirmed"),
        ("withdrawn", "own", STILL, "withdrawn"),
        ("withdrawn", "own", LEFT, "confirmed"),
        ("withdrawn", "admin", STILL, "withdrawn"),
        ("withdrawn", "admin", LEFT, "confirmed"),
        ("withdrawn", "sponsor_left", LEFT, "withdrawn"),
    ],
)
def test_a_pass_and_what_a_leaver_does_later_are_not_shown(state, reason, employment, shown):
    at = datetime(2026, 3, 5, tzinfo=UTC)
    row = Enrolment(
        id=UUID(int=1),
        person_id=UUID(int=2),
        course_id=UUID(int=3),
        version_id=UUID(int=4),
        state=EnrolmentState(state),
        requested_at=at,
        confirmed_at=at,
        withdrawn_at=at if state == "withdrawn" else None,
        withdrawn_reason=reason,
    )
    assert state_shown(row, employment, ZONE) is EnrolmentState(shown)
