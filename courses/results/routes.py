"""Submitting, results and their release at the API."""

from typing import Any
from uuid import UUID

from litestar import Request, Router, get, post

from courses.attempts.desk import HOT_DEPENDENCIES, Seat
from courses.results import queries
from courses.results.own_results import own_results
from courses.results.permissions import READ_RESULTS, RELEASE_RESULTS
from courses.results.releasing import release_sitting
from courses.results.schemas import (
    ComponentResultOut,
    CourseResultOut,
    OwnResultsOut,
    ReleasedOut,
    ReleaseIn,
    SubmissionOut,
)
from courses.results.submission import submit
from lms.kernel.actor import SIGNED_IN, Actor
from lms.kernel.paging import Page, PageRequest, page_of
from lms.kernel.work import Works


@post(
    "/attempts/{attempt_id:uuid}/submission",
    operation_id="submitAttempt",
    needs=SIGNED_IN,
    hot=True,
    status_code=200,
)
async def submit_attempt(
    attempt_id: UUID,
    request: Request[Any, Any, Any],
    works: Works,
    seat: Seat,
) -> SubmissionOut:
    """Seal one's own attempt; a repeat is the same success."""
    request_id = request.scope.get("request_id", "")
    return SubmissionOut.of(
        await submit(works, seat.desk, seat.claims, attempt_id, str(request_id))
    )


@get("/me/results", operation_id="listOwnResults", needs=SIGNED_IN, hot=True)
async def list_own_results(seat: Seat) -> OwnResultsOut:
    """One's own released results, of components and courses."""
    return await own_results(seat.desk.pool, seat.claims)


@get(
    "/sittings/{sitting_id:uuid}/results",
    operation_id="listResultsOfSitting",
    needs=READ_RESULTS,
)
async def list_results(
    sitting_id: UUID, works: Works, actor: Actor, page: PageRequest
) -> Page[ComponentResultOut]:
    """All results of a sitting, released or not; one's own only once it is."""
    async with works.read(actor) as work:
        rows = await queries.results_of_sitting(
            work.session, sitting_id, page, reader_id=actor.person
        )
    return page_of(rows, page, out=ComponentResultOut.of, key=lambda row: [str(row.id)])


@get(
    "/enrolments/{enrolment_id:uuid}/course-results",
    operation_id="listCourseResults",
    needs=READ_RESULTS,
)
async def list_course_results(
    enrolment_id: UUID, works: Works, actor: Actor
) -> list[CourseResultOut]:
    """Every verdict that an enrolment has had, the newest first."""
    async with works.read(actor) as work:
        rows = await queries.course_results_of_enrolment(work.session, enrolment_id)
    return [CourseResultOut.of(row) for row in rows]


@post(
    "/sittings/{sitting_id:uuid}/release",
    operation_id="releaseResults",
    needs=RELEASE_RESULTS,
    status_code=200,
)
async def release_results(
    sitting_id: UUID, data: ReleaseIn, works: Works, actor: Actor
) -> ReleasedOut:
    """Release every result of a sitting that has not been."""
    async with works.write(actor) as work:
        released = await release_sitting(work, sitting_id, data.reason)
    return ReleasedOut(released=released)


router = Router(
    path="/",
    tags=["results"],
    dependencies=HOT_DEPENDENCIES,
    route_handlers=[
        submit_attempt,
        list_own_results,
        list_results,
        list_course_results,
        release_results,
    ],
)
