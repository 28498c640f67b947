"""Enrolment at the API, for learners (`/me`) and for the public that looks for a class.

Issuer staff: `staff_routes.py`; companies: `bulk/`, `seat_returns/`, `progress/`.
"""

from uuid import UUID

from litestar import Router, get, post

from courses.catalogue.queries import require_course
from courses.enrolment import moving, queries, service
from courses.enrolment.models import Enrolment
from courses.enrolment.ports import FloorsAbove
from courses.enrolment.schemas import ClassOfferOut, EnrolIn, EnrolmentOut, MoveIn
from courses.schedule.queries import classes_of, meetings_of
from lms.kernel.actor import PUBLIC, SIGNED_IN, Actor
from lms.kernel.idempotency import IdempotencyKey
from lms.kernel.paging import Page, PageRequest, page_of
from lms.kernel.work import Work, Works


async def shown(work: Work, row: Enrolment) -> EnrolmentOut:
    """One enrolment's answer."""
    codes = await queries.codes_of(work.session, [row])
    return EnrolmentOut.of(row, codes[row.course_id])


@get("/courses/{code:str}/classes", operation_id="listClasses", needs=PUBLIC)
async def list_classes(code: str, works: Works, actor: Actor) -> list[ClassOfferOut]:
    """A course's classes, with their meetings and free seats."""
    async with works.read(actor) as work:
        course = await require_course(work.session, code)
        rows = await classes_of(work.session, course.id)
        meetings = await meetings_of(work.session, [row.id for row in rows])
        totals = {row.id: row.seats for row in rows}
        seats = await queries.seats_of(work.session, totals, work.now())
    return [ClassOfferOut.with_seats(row, meetings.get(row.id, []), seats[row.id]) for row in rows]


@post("/me/enrolments", operation_id="enrolMyself", needs=SIGNED_IN)
async def enrol_myself(
    data: EnrolIn, works: Works, actor: Actor, above: FloorsAbove, key: IdempotencyKey
) -> EnrolmentOut:
    """Enrol in a course, or join a full class's waitlist."""
    async with works.write(actor, key) as work:
        made = await service.enrol_oneself(work, above.certificates, data)
        return work.remember(await shown(work, made))


@get("/me/enrolments", operation_id="listMyEnrolments", needs=SIGNED_IN)
async def list_mine(works: Works, actor: Actor, page: PageRequest) -> Page[EnrolmentOut]:
    """One's own enrolments, newest first."""
    async with works.read(actor) as work:
        rows = await queries.enrolments_of_person(work.session, actor.person, page)
        codes = await queries.codes_of(work.session, rows)
    return page_of(
        rows,
        page,
        out=lambda row: EnrolmentOut.of(row, codes[row.course_id]),
        key=lambda row: [str(row.id)],
    )


@get("/me/enrolments/{enrolment_id:uuid}", operation_id="getMyEnrolment", needs=SIGNED_IN)
async def get_mine(enrolment_id: UUID, works: Works, actor: Actor) -> EnrolmentOut:
    """One of one's own enrolments."""
    async with works.read(actor) as work:
        row = await queries.require_enrolment(work.session, enrolment_id, own=actor.person)
        return await shown(work, row)


@post(
    "/me/enrolments/{enrolment_id:uuid}/withdrawal",
    operation_id="withdrawMyself",
    needs=SIGNED_IN,
    status_code=200,
)
async def withdraw_mine(
    enrolment_id: UUID, works: Works, actor: Actor, above: FloorsAbove
) -> EnrolmentOut:
    """Give up a place, while no attempt runs; the seat goes to whoever waits longest."""
    async with works.write(actor) as work:
        return await shown(work, await service.withdraw_own(work, above.attempts, enrolment_id))


@post(
    "/me/enrolments/{enrolment_id:uuid}/move",
    operation_id="moveMyself",
    needs=SIGNED_IN,
    status_code=200,
)
async def move_mine(
    enrolment_id: UUID, data: MoveIn, works: Works, actor: Actor, above: FloorsAbove
) -> EnrolmentOut:
    """Move to another class; to one of another version by agreeing to that version."""
    async with works.write(actor) as work:
        return await shown(work, await moving.move_own(work, above, enrolment_id, data))


router = Router(
    path="/",
    route_handlers=[
        list_classes,
        enrol_myself,
        list_mine,
        get_mine,
        withdraw_mine,
        move_mine,
    ],
)
