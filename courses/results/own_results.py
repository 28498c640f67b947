"""What learners see of their results: what is released, and the fund's verdict beside ours."""

from fractions import Fraction
from uuid import UUID

from courses.enrolment.attendance.queries import attended
from courses.enrolment.cef import CefRules, cef_verdict
from courses.results import queries
from courses.results.schemas import OwnComponentResultOut, OwnCourseResultOut, OwnResultsOut
from lms.kernel.work import Work


async def own_results(work: Work, person_id: UUID) -> OwnResultsOut:
    """A person's released results."""
    components = await queries.own_component_results(work.session, person_id)
    courses = []
    for row, course, version in await queries.own_course_results(work.session, person_id):
        rules = CefRules.of_course(version.cef_attendance_percent, version.cef_mark_percent)
        attendance = await attended(work.session, row.enrolment_id)
        mark = Fraction(row.mark_numerator, row.mark_denominator)
        verdict = cef_verdict(rules, attendance, mark, reimbursable=course.cef_reimbursable)
        courses.append(OwnCourseResultOut.of(row, course, verdict))
    return OwnResultsOut(
        components=[OwnComponentResultOut.of(*row) for row in components], courses=courses
    )
