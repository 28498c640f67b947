"""Attempts at the API: candidates begin, read and save their own; staff see the record.

Submitting is in `courses/results/routes.py`, since it brings a result in.
"""

from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, post, put
from litestar.params import Parameter

from courses.attempts import queries
from courses.attempts.desk import HOT_DEPENDENCIES, Seat
from courses.attempts.flags.queries import FlagCount, flag_counts, flags_of_attempt
from courses.attempts.models import Attempt
from courses.attempts.permissions import READ_ATTEMPTS
from courses.attempts.reading import own_attempt
from courses.attempts.saving import save
from courses.attempts.schemas import (
    AnswerIn,
    AttemptLineOut,
    AttemptOut,
    AttemptRecordOut,
    SatAttemptOut,
    SavedOut,
    StartIn,
)
from courses.attempts.starting import start
from courses.enrolment.own_exams import require_no_candidate
from courses.papers.queries import course_of_exam
from lms.kernel.actor import SIGNED_IN, Actor
from lms.kernel.paging import Page, PageRequest, page_of
from lms.kernel.problems import Forbidden
from lms.kernel.work import Works

Position = Annotated[int, Parameter(ge=1, le=10_000)]


@post(
    "/attempts",
    operation_id="startAttempt",
    needs=SIGNED_IN,
    hot=True,
    no_key="a repeat goes on with the attempt that is open",
)
async def start_attempt(data: StartIn, seat: Seat) -> Response[AttemptOut]:
    """Begin an attempt in a sitting (201), or go on with the one that is open there (200)."""
    started = await start(seat.desk, seat.claims, data.sitting_id)
    return Response(started.attempt, status_code=200 if started.resumed else 201)


@get("/attempts/{attempt_id:uuid}", operation_id="getAttempt", needs=SIGNED_IN, hot=True)
async def get_attempt(attempt_id: UUID, seat: Seat) -> AttemptOut:
    """One's own attempt: the paper in its order while it runs, and the answers so far."""
    return await own_attempt(seat.desk, seat.claims, attempt_id)


@put(
    "/attempts/{attempt_id:uuid}/answers/{position:int}",
    operation_id="saveAnswer",
    needs=SIGNED_IN,
    hot=True,
)
async def save_answer(attempt_id: UUID, position: Position, data: AnswerIn, seat: Seat) -> SavedOut:
    """Save one answer: once this is answered, it is kept.

    409 `answer_stale` carries what is stored, when another tab was faster.
    """
    saved = await save(seat.desk, seat.claims, attempt_id, position, data.answer, data.revision)
    return SavedOut(revision=saved.revision, repeated=saved.repeated)


@get("/me/attempts", operation_id="listOwnAttempts", needs=SIGNED_IN)
async def list_own_attempts(works: Works, actor: Actor) -> list[AttemptLineOut]:
    """One's own attempts, the newest first."""
    async with works.read(actor) as work:
        rows = await queries.attempts_of_person(work.session, actor.person)
        return [AttemptLineOut.of(row, work.now()) for row in rows]


@get(
    "/sittings/{sitting_id:uuid}/attempts",
    operation_id="listAttemptsOfSitting",
    needs=READ_ATTEMPTS,
)
async def list_attempts(
    sitting_id: UUID, works: Works, actor: Actor, page: PageRequest
) -> Page[SatAttemptOut]:
    """A sitting's attempts in the order of their beginning, with how many flags are on each."""
    async with works.read(actor) as work:
        rows = await queries.attempts_of_sitting(work.session, sitting_id, page)
        others = [row.id for row in rows if row.person_id != actor.person]
        counts = await flag_counts(work.session, others)
        now = work.now()

    def shown(row: Attempt) -> SatAttemptOut:
        return SatAttemptOut.with_flags(row, counts.get(row.id, FlagCount()), now)

    return page_of(rows, page, out=shown, key=lambda row: [str(row.id)])


@get("/attempts/{attempt_id:uuid}/record", operation_id="getAttemptRecord", needs=READ_ATTEMPTS)
async def get_record(attempt_id: UUID, works: Works, actor: Actor) -> AttemptRecordOut:
    """Another person's attempt with its stored answers, its log and its flags.

    Not for whoever is enrolled in the course: a full mark's answers are the key.
    """
    async with works.read(actor) as work:
        attempt = await queries.require_attempt(work.session, attempt_id)
        if attempt.person_id == actor.person:
            raise Forbidden("one's own attempt is read as its candidate reads it")
        await require_no_candidate(work, await course_of_exam(work.session, attempt.exam_id))
        items, lines = await queries.record_of(work.session, attempt_id)
        flags = await flags_of_attempt(work.session, attempt_id)
        return AttemptRecordOut.of(attempt, items, lines, flags, work.now())


router = Router(
    path="/",
    tags=["attempts"],
    dependencies=HOT_DEPENDENCIES,
    route_handlers=[
        start_attempt,
        get_attempt,
        save_answer,
        list_own_attempts,
        list_attempts,
        get_record,
    ],
)
