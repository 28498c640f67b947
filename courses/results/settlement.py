"""What released component results add up to: the course result, and the event of a pass.

Called with the enrolment's row locked, so that two components that come in at once are both seen.
"""

from fractions import Fraction
from uuid import UUID

import asyncpg

from courses.enrolment.cef import CefRules
from courses.events import CoursePassed, CourseResultWithdrawn
from courses.results.rules import ComponentOutcome, CourseVerdict, best, course_verdict
from lms.kernel.clock import local_day
from lms.kernel.work import Work

FACTS = """
    SELECT e.person_id, e.course_id, e.version_id, c.code, v.validity_months, v.issue, o.zone,
           c.cef_reimbursable, v.cef_attendance_percent, v.cef_mark_percent,
           r.id AS result_id, coalesce(r.number, 0) AS number, r.passed,
           r.mark_numerator, r.mark_denominator, r.cef_attendance_percent AS told_attendance,
           r.cef_mark_percent AS told_mark, outcomes.*
    FROM enrolment AS e
    JOIN course AS c ON c.id = e.course_id
    JOIN course_version AS v ON v.id = e.version_id
    JOIN issuer AS o ON o.id = c.issuer_id
    LEFT JOIN course_result AS r ON r.enrolment_id = e.id AND r.superseded_at IS NULL
    CROSS JOIN LATERAL (
        SELECT array_agg(p.id) AS component_ids, array_agg(p.weight) AS weights,
               array_agg(k.earned_numerator) AS numerators,
               array_agg(k.earned_denominator) AS denominators,
               array_agg(k.out_of) AS outs_of, array_agg(k.passed) AS passes
        FROM component AS p
        LEFT JOIN component_result AS k
          ON k.enrolment_id = e.id AND k.component_id = p.id AND k.released_at IS NOT NULL
        WHERE p.version_id = e.version_id
    ) AS outcomes
    WHERE e.id = $1
"""
SUPERSEDE = "UPDATE course_result SET superseded_at = $2, superseded_because = $3 WHERE id = $1"
KEEP = """
    INSERT INTO course_result (
        id, enrolment_id, number, person_id, course_id, version_id,
        mark_numerator, mark_denominator, passed, released_at,
        cef_attendance_percent, cef_mark_percent
    )
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""
COMPLETE = """
    UPDATE enrolment SET state = 'completed', completed_at = $2, revision = revision + 1
    WHERE id = $1 AND state = 'confirmed'
"""
REOPEN = """
    UPDATE enrolment AS e SET state = 'confirmed', completed_at = NULL, revision = revision + 1
    WHERE e.id = $1 AND e.state = 'completed' AND NOT EXISTS (
        SELECT FROM enrolment AS later
        WHERE later.person_id = e.person_id AND later.course_id = e.course_id
          AND later.state IN ('waitlisted', 'confirmed')
    )
"""
"""Not where the person has enrolled again since: one active enrolment is enough."""


async def settle(
    work: Work, connection: asyncpg.Connection, enrolment_id: UUID, because: str
) -> None:
    """Bring the course result of a locked enrolment to what its released components say.

    Emits CoursePassed when a pass appears, and CourseResultWithdrawn when one disappears.
    """
    facts = await connection.fetchrow(FACTS, enrolment_id)
    verdict = _verdict(facts)
    if verdict is None:
        return
    if facts["result_id"] is not None:
        mark = Fraction(facts["mark_numerator"], facts["mark_denominator"])
        if (mark, facts["passed"]) == (verdict.mark, verdict.passed):
            return
        await connection.execute(SUPERSEDE, facts["result_id"], work.now(), because)
    result_id = await _keep(work, connection, enrolment_id, facts, verdict)
    if verdict.passed and not facts["passed"]:
        await connection.execute(COMPLETE, enrolment_id, work.now())
        await work.emit(_passed(work, enrolment_id, facts, result_id))
    if facts["passed"] and not verdict.passed:
        await connection.execute(REOPEN, enrolment_id)
        await work.emit(_withdrawn(enrolment_id, facts, because))


def _verdict(facts: asyncpg.Record) -> CourseVerdict | None:
    """The verdict on what is released, or None while a component is not in."""
    by_component: dict[UUID, list[ComponentOutcome]] = {}
    columns = ("component_ids", "weights", "numerators", "denominators", "outs_of", "passes")
    lines = zip(*(facts[column] or () for column in columns), strict=True)
    for component_id, weight, numerator, denominator, out_of, passed in lines:
        outcomes = by_component.setdefault(component_id, [])
        if passed is not None:
            earned = Fraction(numerator, denominator)
            outcomes.append(ComponentOutcome(weight, earned, out_of, passed))
    if not by_component or not all(by_component.values()):
        return None
    return course_verdict([best(outcomes) for outcomes in by_component.values()])


async def _keep(
    work: Work,
    connection: asyncpg.Connection,
    enrolment_id: UUID,
    facts: asyncpg.Record,
    verdict: CourseVerdict,
) -> UUID:
    result_id = work.new_id()
    await connection.execute(
        KEEP,
        result_id,
        enrolment_id,
        facts["number"] + 1,
        facts["person_id"],
        facts["course_id"],
        facts["version_id"],
        verdict.mark.numerator,
        verdict.mark.denominator,
        verdict.passed,
        work.now(),
        *_cef_percents(facts),
    )
    return result_id


def _cef_percents(facts: asyncpg.Record) -> tuple[int, int] | tuple[None, None]:
    """The fund's conditions, of attendance and of the mark: those of the first verdict told."""
    if facts["result_id"] is not None:
        return facts["told_attendance"], facts["told_mark"]
    if not facts["cef_reimbursable"]:
        return None, None
    rules = CefRules.of_course(facts["cef_attendance_percent"], facts["cef_mark_percent"])
    return rules.attendance_percent, rules.mark_percent


def _passed(work: Work, enrolment_id: UUID, facts: asyncpg.Record, result_id: UUID) -> CoursePassed:
    return CoursePassed(
        person_id=facts["person_id"],
        enrolment_id=enrolment_id,
        course_id=facts["course_id"],
        course_code=facts["code"],
        version_id=facts["version_id"],
        course_result_id=result_id,
        passed_on=local_day(work.now(), facts["zone"]),
        validity_months=facts["validity_months"],
        issue=facts["issue"],
    )


def _withdrawn(enrolment_id: UUID, facts: asyncpg.Record, because: str) -> CourseResultWithdrawn:
    return CourseResultWithdrawn(
        course_result_id=facts["result_id"],
        person_id=facts["person_id"],
        enrolment_id=enrolment_id,
        course_id=facts["course_id"],
        course_code=facts["code"],
        reason=because,
    )
