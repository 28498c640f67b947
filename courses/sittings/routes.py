"""Sittings at the API: staff run them, learners see their own."""

from uuid import UUID

from litestar import Router, get, post, put

from courses.sittings import queries, service
from courses.sittings.permissions import READ_SITTINGS, RUN_SITTINGS
from courses.sittings.schemas import (
    CancellationIn,
    CandidateListOut,
    CandidatesIn,
    OwnSittingOut,
    SittingIn,
    SittingOut,
)
from lms.kernel.actor import SIGNED_IN, Actor
from lms.kernel.idempotency import IdempotencyKey
from lms.kernel.paging import Page, PageRequest, page_of
from lms.kernel.work import Works
from lms.web.dependencies import ExpectedRevision


@post("/exams/{exam_id:uuid}/sittings", operation_id="createSitting", needs=RUN_SITTINGS)
async def create_sitting(
    exam_id: UUID, data: SittingIn, works: Works, actor: Actor, key: IdempotencyKey
) -> SittingOut:
    """Open a published exam for a time."""
    async with works.write(actor, key) as work:
        return work.remember(SittingOut.of(await service.add_sitting(work, exam_id, data)))


@get("/exams/{exam_id:uuid}/sittings", operation_id="listSittings", needs=READ_SITTINGS)
async def list_sittings(
    exam_id: UUID, works: Works, actor: Actor, page: PageRequest
) -> Page[SittingOut]:
    """The sittings of an exam."""
    async with works.read(actor) as work:
        rows = await queries.sittings_of_exam(work.session, exam_id, page)
    return page_of(rows, page, out=SittingOut.of, key=lambda row: [str(row.id)])


@get("/sittings/{sitting_id:uuid}", operation_id="getSitting", needs=READ_SITTINGS)
async def get_sitting(sitting_id: UUID, works: Works, actor: Actor) -> SittingOut:
    """One sitting."""
    async with works.read(actor) as work:
        return SittingOut.of(await queries.require_sitting(work.session, sitting_id))


@put("/sittings/{sitting_id:uuid}", operation_id="editSitting", needs=RUN_SITTINGS)
async def edit_sitting(
    sitting_id: UUID, data: SittingIn, works: Works, actor: Actor, expected: ExpectedRevision
) -> SittingOut:
    """Change a sitting that has not opened."""
    async with works.write(actor) as work:
        return SittingOut.of(await service.edit_sitting(work, sitting_id, data, expected))


@post(
    "/sittings/{sitting_id:uuid}/cancellation",
    operation_id="cancelSitting",
    needs=RUN_SITTINGS,
    status_code=200,
)
async def cancel_sitting(
    sitting_id: UUID, data: CancellationIn, works: Works, actor: Actor, expected: ExpectedRevision
) -> SittingOut:
    """Call off a sitting that has not opened."""
    async with works.write(actor) as work:
        return SittingOut.of(await service.cancel_sitting(work, sitting_id, data.reason, expected))


@get("/sittings/{sitting_id:uuid}/candidates", operation_id="getCandidates", needs=READ_SITTINGS)
async def get_candidates(sitting_id: UUID, works: Works, actor: Actor) -> CandidateListOut:
    """The enrolments listed for a sitting."""
    async with works.read(actor) as work:
        await queries.require_sitting(work.session, sitting_id)
        return CandidateListOut(enrolment_ids=await queries.candidates(work.session, sitting_id))


@put("/sittings/{sitting_id:uuid}/candidates", operation_id="putCandidates", needs=RUN_SITTINGS)
async def put_candidates(
    sitting_id: UUID, data: CandidatesIn, works: Works, actor: Actor
) -> CandidateListOut:
    """Say who may sit where a sitting is for listed candidates only."""
    async with works.write(actor) as work:
        listed = await service.list_candidates(work, sitting_id, data.enrolment_ids)
    return CandidateListOut(enrolment_ids=listed)


@get("/me/sittings", operation_id="listOwnSittings", needs=SIGNED_IN)
async def list_own_sittings(works: Works, actor: Actor) -> list[OwnSittingOut]:
    """Sittings that are open or to come, for one's own confirmed enrolments."""
    async with works.read(actor) as work:
        rows = await queries.own_sittings(work.session, actor.person, work.now())
    return [OwnSittingOut.of(*row) for row in rows]


router = Router(
    path="/",
    tags=["sittings"],
    route_handlers=[
        create_sitting,
        list_sittings,
        get_sitting,
        edit_sitting,
        cancel_sitting,
        get_candidates,
        put_candidates,
        list_own_sittings,
    ],
)
