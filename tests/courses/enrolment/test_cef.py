from fractions import Fraction

import pytest

from courses.catalogue.models import CourseVersion
from courses.enrolment.attendance.models import Attendance
from courses.enrolment.attendance.share import Attended
from courses.enrolment.cef import CefRules, cef_verdict
from tests.builders.candidates import results, sit
from tests.builders.exams import a_candidate, an_exam
from tests.builders.learning import SYSTEM, a_meeting, a_run

FUND = CefRules.of_course(None, None)


def verdict(minutes: int, contact: int, mark: Fraction | None, rules: CefRules = FUND):
    return cef_verdict(rules, Attended(minutes, contact), mark, reimbursable=True)


@pytest.mark.parametrize(
    ("minutes", "contact", "mark", "met"),
    [
        (70, 100, Fraction(1, 2), True),
        (6999, 10_000, Fraction(1), False),
        (100, 100, Fraction(4999, 10_000), False),
        (699_999, 1_000_000, Fraction(1, 2), False),
        (672, 960, Fraction(1, 2), True),
        (671, 960, Fraction(1, 2), False),
        (70, 100, Fraction(499_999_999, 1_000_000_000), False),
        (0, 0, Fraction(1), False),
    ],
)
def test_both_conditions_count_and_both_are_exact(minutes, contact, mark, met):
    assert verdict(minutes, contact, mark).met is met


def test_the_verdict_says_which_condition_failed():
    found = verdict(60, 100, Fraction(9, 10))
    assert (found.attendance_met, found.mark_met, found.met) == (False, True, False)


def test_without_a_mark_the_verdict_is_open_unless_attendance_has_failed():
    assert verdict(70, 100, None).met is None
    assert verdict(69, 100, None).met is False


def test_a_course_may_ask_for_more_than_the_fund_but_never_for_less():
    assert CefRules.of_course(80, 60) == CefRules(80, 60)
    assert CefRules.of_course(10, 10) == CefRules(70, 50)
    assert verdict(79, 100, Fraction(1), CefRules.of_course(80, None)).met is False


def test_a_course_that_is_not_reimbursable_has_no_such_verdict():
    assert cef_verdict(FUND, Attended(1, 1), Fraction(1), reimbursable=False) is None


@pytest.mark.parametrize(
    ("pass_mark", "minutes", "passed", "fund"),
    [
        (80, 7000, False, True),
        (80, 6999, False, False),
        (60, 7000, True, True),
        (60, 6999, True, False),
    ],
)
async def test_a_learner_sees_two_verdicts_neither_of_which_decides_the_other(
    opened, client, pass_mark, minutes, passed, fund
):
    exam = await an_exam(opened, version={"pass_marks": (pass_mark,), "contact_minutes": 10_000})
    async with opened.works.write(SYSTEM) as work:
        version = await work.session.get_one(CourseVersion, exam.version_id)
        run = await a_run(work, version)
        meeting = await a_meeting(work, run.id, contact_minutes=10_000)
    candidate = await a_candidate(opened, exam, class_id=run.id)
    async with opened.works.write(SYSTEM) as work:
        work.session.add(
            Attendance(
                meeting_id=meeting.id,
                enrolment_id=candidate.enrolment_id,
                minutes=minutes,
                contact_minutes=10_000,
                recorded_by=candidate.person_id,
                recorded_at=work.now(),
            )
        )
    await sit(client, candidate, exam, rights=3)
    [found] = (await results(client, candidate))["courses"]
    assert (found["percent"], found["passed"], found["cef"]["met"]) == ("75.00", passed, fund)
