"""Enrolment at the API, for issuer staff: anybody's places, and what happens to whole classes."""

from uuid import UUID

from litestar import Router, get, post, put

from courses.enrolment import class_changes, moving, queries, service
from courses.enrolment.permissions import READ_ENROLMENTS, RUN_ENROLMENTS
from courses.enrolment.ports import FloorsAbove
from courses.enrolment.routes import shown
from courses.enrolment.schemas import (
    ClassTransferIn,
    EnrolmentOut,
    EnrolSomebodyIn,
    SeatsIn,
    WithdrawalIn,
)
from courses.schedule.queries import meetings, require_class
from courses.schedule.schemas import ClassOut
from lms.kernel.actor import Actor
from lms.kernel.idempotency import IdempotencyKey
from lms.kernel.paging import Page, PageRequest, page_of
from lms.kernel.work import Work, Works
from lms.web.dependencies import ExpectedRevision


async def _class_shown(work: Work, class_id: UUID) -> ClassOut:
    row = await require_class(work.session, class_id)
    return ClassOut.of(row, await meetings(work.session, class_id))


@post("/enrolments", operation_id="enrolSomebody", needs=RUN_ENROLMENTS)
async def enrol_somebody(
    data: EnrolSomebodyIn, works: Works, actor: Actor, above: FloorsAbove, key: IdempotencyKey
) -> EnrolmentOut:
    """Enrol a person."""
    async with works.write(actor, key) as work:
        made = await service.enrol_somebody(work, above.certificates, data.person_id, data)
        return work.remember(await shown(work, made))


@get("/enrolments/{enrolment_id:uuid}", operation_id="getEnrolment", needs=READ_ENROLMENTS)
async def get_enrolment(enrolment_id: UUID, works: Works, actor: Actor) -> EnrolmentOut:
    """One enrolment."""
    async with works.read(actor) as work:
        return await shown(work, await queries.require_enrolment(work.session, enrolment_id))


@post(
    "/enrolments/{enrolment_id:uuid}/withdrawal",
    operation_id="withdrawSomebody",
    needs=RUN_ENROLMENTS,
    status_code=200,
)
async def withdraw_somebody(
    enrolment_id: UUID, data: WithdrawalIn, works: Works, actor: Actor, above: FloorsAbove
) -> EnrolmentOut:
    """Withdraw a person, while no attempt of theirs runs."""
    async with works.write(actor) as work:
        ended = await service.withdraw_somebody(work, above.attempts, enrolment_id, data.reason)
        return await shown(work, ended)


@post(
    "/enrolments/{enrolment_id:uuid}/move",
    operation_id="moveSomebody",
    needs=RUN_ENROLMENTS,
    status_code=200,
)
async def move_somebody(
    enrolment_id: UUID, data: ClassTransferIn, works: Works, actor: Actor, above: FloorsAbove
) -> EnrolmentOut:
    """Move a person to another class of the same version."""
    async with works.write(actor) as work:
        moved = await moving.move_somebody(work, above, enrolment_id, data.class_id)
        return await shown(work, moved)


@get(
    "/classes/{class_id:uuid}/enrolments",
    operation_id="listClassEnrolments",
    needs=READ_ENROLMENTS,
)
async def list_of_class(
    class_id: UUID, works: Works, actor: Actor, page: PageRequest
) -> Page[EnrolmentOut]:
    """A class's enrolments, in the order of their making."""
    async with works.read(actor) as work:
        row = await require_class(work.session, class_id)
        rows = await queries.enrolments_of_class(work.session, class_id, page)
    return page_of(
        rows,
        page,
        out=lambda found: EnrolmentOut.of(found, row.course_code),
        key=lambda found: [str(found.id)],
    )


@put("/classes/{class_id:uuid}/seats", operation_id="changeSeats", needs=RUN_ENROLMENTS)
async def change_seats(
    class_id: UUID, data: SeatsIn, works: Works, actor: Actor, expected: ExpectedRevision
) -> ClassOut:
    """Change how many seats a class has; whoever waits is promoted."""
    async with works.write(actor) as work:
        await class_changes.change_seats(work, class_id, expected, data.seats)
        return await _class_shown(work, class_id)


@post(
    "/classes/{class_id:uuid}/closing",
    operation_id="closeClass",
    needs=RUN_ENROLMENTS,
    status_code=200,
)
async def close_class(
    class_id: UUID, works: Works, actor: Actor, expected: ExpectedRevision
) -> ClassOut:
    """Take nobody new into a class."""
    async with works.write(actor) as work:
        await class_changes.close_class(work, class_id, expected)
        return await _class_shown(work, class_id)


@post(
    "/classes/{class_id:uuid}/cancellation",
    operation_id="cancelClass",
    needs=RUN_ENROLMENTS,
    status_code=200,
)
async def cancel_class(
    class_id: UUID, works: Works, actor: Actor, expected: ExpectedRevision, above: FloorsAbove
) -> ClassOut:
    """Call a class off; everybody in it is withdrawn."""
    async with works.write(actor) as work:
        await class_changes.cancel_class(work, above.attempts, class_id, expected)
        return await _class_shown(work, class_id)


router = Router(
    path="/",
    route_handlers=[
        enrol_somebody,
        get_enrolment,
        withdraw_somebody,
        move_somebody,
        list_of_class,
        change_seats,
        close_class,
        cancel_class,
    ],
)
