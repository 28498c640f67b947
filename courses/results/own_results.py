"""What learners see of their results: what is released, and the fund's verdict beside ours.

Learners ask again and again when results are due, so this goes straight to asyncpg.
"""

from fractions import Fraction

import asyncpg

from courses.attempts.holder import HOLDER, holder_of
from courses.enrolment.attendance.share import Attended, contact_minutes_of
from courses.enrolment.cef import CefRules, cef_verdict
from courses.grading.marking import exact
from courses.results.percent import percent_shown
from courses.results.schemas import (
    CefVerdictOut,
    OwnComponentResultOut,
    OwnCourseResultOut,
    OwnResultsOut,
)
from lms.kernel.problems import Unauthenticated
from lms.people.sessions.claims import Claims

MOST = 200

COMPONENTS = f"""
    SELECT r.*, {HOLDER} AS active
    FROM (SELECT) AS always LEFT JOIN LATERAL (
        SELECT r.attempt_id, a.number AS attempt_number, r.enrolment_id, r.component_id,
               c.title_zh_hant AS component_title_zh_hant, c.title_en AS component_title_en,
               r.earned_numerator, r.earned_denominator, r.out_of, r.passed, r.released_at
        FROM component_result AS r
        JOIN component AS c ON c.id = r.component_id
        JOIN attempt AS a ON a.id = r.attempt_id
        WHERE r.person_id = $1 AND r.released_at IS NOT NULL
        ORDER BY r.id DESC LIMIT {MOST}
    ) AS r ON true
"""  # noqa: S608 - constants
COURSES = f"""
    SELECT r.id, r.enrolment_id, c.code AS course_code, c.title_zh_hant AS course_title_zh_hant,
           c.title_en AS course_title_en, r.mark_numerator, r.mark_denominator, r.passed,
           r.released_at, r.cef_attendance_percent, r.cef_mark_percent, v.contact_minutes,
           (SELECT coalesce(sum(minutes), 0) FROM attendance
            WHERE enrolment_id = e.id) AS attended_minutes,
           (SELECT coalesce(sum(contact_minutes), 0) FROM meeting
            WHERE class_id = e.class_id) AS meeting_minutes
    FROM course_result AS r
    JOIN course AS c ON c.id = r.course_id
    JOIN course_version AS v ON v.id = r.version_id
    JOIN enrolment AS e ON e.id = r.enrolment_id
    WHERE r.person_id = $1 AND r.superseded_at IS NULL
    ORDER BY r.id DESC LIMIT {MOST}
"""  # noqa: S608 - constants


async def own_results(pool: asyncpg.Pool, claims: Claims) -> OwnResultsOut:
    """A person's released results.

    Raises:
        Unauthenticated: the person was disabled, or the session ended.
    """
    components = await pool.fetch(COMPONENTS, *holder_of(claims))
    if not components[0]["active"]:
        raise Unauthenticated
    courses = await pool.fetch(COURSES, claims.person_id)
    return OwnResultsOut(
        components=[_component(row) for row in components if row["attempt_id"] is not None],
        courses=[_course(row) for row in courses],
    )


def _component(row: asyncpg.Record) -> OwnComponentResultOut:
    earned = Fraction(row["earned_numerator"], row["earned_denominator"])
    return OwnComponentResultOut(
        attempt_id=row["attempt_id"],
        attempt_number=row["attempt_number"],
        enrolment_id=row["enrolment_id"],
        component_id=row["component_id"],
        component_title_zh_hant=row["component_title_zh_hant"],
        component_title_en=row["component_title_en"],
        points=exact(earned),
        out_of=row["out_of"],
        percent=percent_shown(earned / row["out_of"]),
        passed=row["passed"],
        released_at=row["released_at"],
    )


def _course(row: asyncpg.Record) -> OwnCourseResultOut:
    mark = Fraction(row["mark_numerator"], row["mark_denominator"])
    contact = contact_minutes_of(row["contact_minutes"] or 0, row["meeting_minutes"])
    verdict = cef_verdict(
        CefRules.of_course(row["cef_attendance_percent"], row["cef_mark_percent"]),
        Attended(row["attended_minutes"], contact),
        mark,
        reimbursable=row["cef_attendance_percent"] is not None,
    )
    return OwnCourseResultOut(
        id=row["id"],
        enrolment_id=row["enrolment_id"],
        course_code=row["course_code"],
        course_title_zh_hant=row["course_title_zh_hant"],
        course_title_en=row["course_title_en"],
        percent=percent_shown(mark),
        passed=row["passed"],
        released_at=row["released_at"],
        cef=CefVerdictOut.of(verdict) if verdict is not None else None,
    )
