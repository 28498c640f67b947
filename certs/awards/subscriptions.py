"""What awards wait for: released passes, results taken back, and second persons."""

from collections.abc import Sequence
from functools import partial

from certs.awards.passes import Pass, receive_passes, withdraw_result
from certs.awards.permissions import DECIDE_AWARDS
from certs.awards.ports import CentreFractions
from certs.awards.without_result import KIND, apply_without_result
from courses.events import CoursePassed, CourseResultWithdrawn
from lms.approvals.effects import Effect
from lms.kernel.events import Handler
from lms.kernel.work import Work

AUTOMATIC = "automatic"


async def on_courses_passed(
    fractions: CentreFractions, work: Work, happened: Sequence[CoursePassed]
) -> None:
    """Award, or wait for a decision; each centre is counted once, in the same transaction."""
    await receive_passes(work, fractions, [pass_of(one) for one in happened])


async def on_result_withdrawn(work: Work, happened: CourseResultWithdrawn) -> None:
    """Mark what rests on a result that was taken back."""
    await withdraw_result(work, happened.person_id, happened.enrolment_id, happened.reason)


def pass_of(happened: CoursePassed) -> Pass:
    """The event, as awards see it."""
    return Pass(
        person_id=happened.person_id,
        enrolment_id=happened.enrolment_id,
        course_id=happened.course_id,
        course_code=happened.course_code,
        version_id=happened.version_id,
        result_id=happened.course_result_id,
        passed_on=happened.passed_on,
        validity_months=happened.validity_months,
        automatic=happened.issue == AUTOMATIC,
    )


def handlers(fractions: CentreFractions) -> list[Handler]:
    """This slice's handlers, with the centres that count."""
    return [
        Handler(
            "awards.on_course_passed",
            CoursePassed,
            partial(on_courses_passed, fractions),
            many=True,
        ),
        Handler("awards.on_result_withdrawn", CourseResultWithdrawn, on_result_withdrawn),
    ]


def effects(fractions: CentreFractions) -> list[Effect]:
    """This slice's acts for two people."""
    return [Effect(KIND, DECIDE_AWARDS, partial(apply_without_result, fractions))]
