"""Verbs on classes and meetings. Seats, closing, cancelling: `courses/enrolment`."""

from uuid import UUID

from courses.catalogue.models import VersionState
from courses.catalogue.queries import require_version
from courses.schedule import queries
from courses.schedule.models import CourseClass, Meeting
from courses.schedule.permissions import RUN_CLASSES
from courses.schedule.schemas import ClassIn, MeetingIn
from lms.audit.service import record
from lms.kernel.locks import Locked, lock
from lms.kernel.problems import Conflict
from lms.kernel.work import Work
from lms.web.dependencies import ExpectedRevision


async def plan_class(work: Work, data: ClassIn) -> CourseClass:
    """Plan a run of a version; it takes enrolments while the version is open.

    Raises:
        Conflict: `version_not_open`, the version is closed.
    """
    work.actor.require(RUN_CLASSES)
    version = await require_version(work.session, data.course_code, data.version)
    if version.state is VersionState.CLOSED:
        raise Conflict("version_not_open", "it is closed")
    planned = CourseClass(id=work.new_id(), version_id=version.id, code=data.code, seats=data.seats)
    work.session.add(planned)
    await work.session.flush()
    await record(
        work, action="class.planned", subject=("course_class", planned.id), after=data.model_dump()
    )
    return planned


async def add_meeting(work: Work, class_id: UUID, data: MeetingIn) -> Meeting:
    """Add a meeting to a class."""
    work.actor.require(RUN_CLASSES)
    await lock(work, Locked.CLASS, [class_id])
    await queries.class_entity(work.session, class_id)
    meeting = Meeting(id=work.new_id(), class_id=class_id, **data.model_dump())
    work.session.add(meeting)
    await work.session.flush()
    await record(
        work, action="meeting.added", subject=("meeting", meeting.id), after=data.model_dump()
    )
    return meeting


async def change_meeting(
    work: Work, class_id: UUID, meeting_id: UUID, expected: ExpectedRevision, data: MeetingIn
) -> Meeting:
    """Give a meeting another time, venue, trainer or length.

    The database refuses to make it shorter than what somebody attended of it.
    """
    work.actor.require(RUN_CLASSES)
    await lock(work, Locked.CLASS, [class_id])
    meeting = await queries.require_meeting(work.session, class_id, meeting_id, locked=True)
    expected.check(meeting.revision)
    changes = data.model_dump()
    before = {name: getattr(meeting, name) for name in changes}
    for name, value in changes.items():
        setattr(meeting, name, value)
    meeting.revision += 1
    await work.session.flush()
    await record(
        work,
        action="meeting.changed",
        subject=("meeting", meeting.id),
        before=before,
        after=changes,
    )
    return meeting


async def drop_meeting(
    work: Work, class_id: UUID, meeting_id: UUID, expected: ExpectedRevision
) -> None:
    """Take a meeting off the plan; the database refuses it once attendance was taken."""
    work.actor.require(RUN_CLASSES)
    await lock(work, Locked.CLASS, [class_id])
    meeting = await queries.require_meeting(work.session, class_id, meeting_id, locked=True)
    expected.check(meeting.revision)
    await record(
        work,
        action="meeting.dropped",
        subject=("meeting", meeting.id),
        before=meeting.model_dump(exclude={"id"}),
    )
    await work.session.delete(meeting)
    await work.session.flush()
