"""Classes and meetings at the API. Enrolling, seats and attendance: `courses/enrolment`."""

from uuid import UUID

from litestar import Router, delete, get, post, put

from courses.schedule import queries, service
from courses.schedule.permissions import RUN_CLASSES
from courses.schedule.schemas import ClassIn, ClassOut, MeetingIn, MeetingOut
from lms.kernel.actor import PUBLIC, Actor
from lms.kernel.idempotency import IdempotencyKey
from lms.kernel.work import Works
from lms.web.dependencies import ExpectedRevision


@post("", operation_id="planClass", needs=RUN_CLASSES)
async def plan_class(data: ClassIn, works: Works, actor: Actor, key: IdempotencyKey) -> ClassOut:
    """Plan a class of a course's version."""
    async with works.write(actor, key) as work:
        planned = await service.plan_class(work, data)
        row = await queries.require_class(work.session, planned.id)
        return work.remember(ClassOut.of(row, []))


@get("/{class_id:uuid}", operation_id="getClass", needs=PUBLIC)
async def get_class(class_id: UUID, works: Works, actor: Actor) -> ClassOut:
    """One class with its meetings."""
    async with works.read(actor) as work:
        row = await queries.require_class(work.session, class_id)
        return ClassOut.of(row, await queries.meetings(work.session, class_id))


@post("/{class_id:uuid}/meetings", operation_id="addMeeting", needs=RUN_CLASSES)
async def add_meeting(
    class_id: UUID, data: MeetingIn, works: Works, actor: Actor, key: IdempotencyKey
) -> MeetingOut:
    """Add a meeting to a class."""
    async with works.write(actor, key) as work:
        return work.remember(MeetingOut.of(await service.add_meeting(work, class_id, data)))


@put(
    "/{class_id:uuid}/meetings/{meeting_id:uuid}",
    operation_id="changeMeeting",
    needs=RUN_CLASSES,
)
async def change_meeting(
    class_id: UUID,
    meeting_id: UUID,
    data: MeetingIn,
    works: Works,
    actor: Actor,
    expected: ExpectedRevision,
) -> MeetingOut:
    """Give a meeting another time, venue, trainer or length."""
    async with works.write(actor) as work:
        changed = await service.change_meeting(work, class_id, meeting_id, expected, data)
        return MeetingOut.of(changed)


@delete(
    "/{class_id:uuid}/meetings/{meeting_id:uuid}",
    operation_id="dropMeeting",
    needs=RUN_CLASSES,
)
async def drop_meeting(
    class_id: UUID, meeting_id: UUID, works: Works, actor: Actor, expected: ExpectedRevision
) -> None:
    """Take a meeting off the plan, while no attendance was taken."""
    async with works.write(actor) as work:
        await service.drop_meeting(work, class_id, meeting_id, expected)


router = Router(
    path="/classes",
    route_handlers=[plan_class, get_class, add_meeting, change_meeting, drop_meeting],
)
