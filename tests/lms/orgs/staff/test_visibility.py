from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from lms.orgs.staff.visibility import Employment, Learning, Visible, visible

STAFF = Employment(date(2026, 1, 1))
LEFT = Employment(date(2026, 1, 1), date(2026, 3, 31))
PASSED = Learning(
    enrolled_on=date(2026, 2, 1),
    paid_by_company=True,
    attended_minutes=600,
    attended_on=date(2026, 2, 20),
    result_on=date(2026, 3, 1),
    passed=True,
    percent="81.00",
    certified_on=date(2026, 3, 1),
    certified_until=date(2028, 2, 29),
)


def test_a_company_sees_enrolment_attendance_and_certificate_but_no_marks() -> None:
    assert visible(PASSED, STAFF, consented=False) == Visible(
        enrolled=True,
        attended_minutes=600,
        certified=True,
        certified_until=date(2028, 2, 29),
    )


def test_with_consent_it_sees_the_result() -> None:
    failed = replace(PASSED, passed=False, percent="41.66", certified_on=None, certified_until=None)
    assert visible(failed, STAFF, consented=True).passed is False
    assert visible(failed, STAFF, consented=True).percent == "41.66"
    assert visible(failed, STAFF, consented=False).passed is None


def test_attendance_of_a_seat_that_it_did_not_pay_stays_the_learners() -> None:
    own = replace(PASSED, paid_by_company=False)
    assert visible(own, STAFF, consented=True).attended_minutes is None


def test_nothing_of_an_unlinked_record_is_seen() -> None:
    assert visible(PASSED, None, consented=True) == Visible()


@given(st.dates(date(2026, 4, 1), date(2030, 1, 1)), st.booleans())
def test_nothing_new_is_seen_after_the_employment_ended(day: date, consented: bool) -> None:
    later = replace(PASSED, enrolled_on=day, attended_on=day, result_on=day, certified_on=day)
    assert visible(later, LEFT, consented=consented) == Visible()


def test_an_employment_that_never_was_shows_nothing_that_came_before_it() -> None:
    wrong_person = Employment(date(2026, 4, 1), date(2026, 3, 31))
    assert visible(PASSED, wrong_person, consented=True) == Visible()


def test_what_was_seen_by_the_last_day_stays_seen() -> None:
    assert visible(PASSED, LEFT, consented=False) == visible(PASSED, STAFF, consented=False)
