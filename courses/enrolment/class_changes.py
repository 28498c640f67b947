"""Changes of a class that reach the people in it: its seats, its closing, its cancelling."""

from uuid import UUID

from courses.enrolment import queries
from courses.enrolment.permissions import RUN_ENROLMENTS
from courses.enrolment.ports import AttemptsMade
from courses.enrolment.seats import service as class_seats
from courses.enrolment.service import end, refuse_running
from courses.schedule.models import ClassState, CourseClass
from courses.schedule.queries import begins_at, open_classes_of
from lms.audit.service import record
from lms.kernel.locks import Locked, lock
from lms.kernel.problems import Conflict
from lms.kernel.work import Work
from lms.web.dependencies import ExpectedRevision


async def change_seats(
    work: Work, class_id: UUID, expected: ExpectedRevision, seats: int
) -> CourseClass:
    """Give a class more or fewer seats; more of them go to those who wait.

    Raises:
        Conflict: `seats_taken`, more are taken or kept than that.
    """
    found = await _locked(work, class_id, expected)
    held = await class_seats.count(work, found)
    if seats < held.taken + held.held:
        raise Conflict("seats_taken", f"{held.taken} are taken and {held.held} kept")
    before = found.seats
    found.seats = seats
    await _note(work, found, "class.seats-changed", {"seats": before}, {"seats": seats})
    await class_seats.pass_on(work, found)
    return found


async def close_class(work: Work, class_id: UUID, expected: ExpectedRevision) -> CourseClass:
    """Take nobody new; whoever still waits is told that it came to nothing."""
    found = await _locked(work, class_id, expected)
    await _close(work, found)
    return found


async def close_classes_of(work: Work, version_id: UUID) -> None:
    """Close the classes of a version that was closed: whoever waits there would wait for ever."""
    class_ids = await open_classes_of(work.session, version_id)
    for class_id in await lock(work, Locked.CLASS, class_ids):
        found = await class_seats.lock_class(work, class_id)
        if found.state is ClassState.OPEN:
            await _close(work, found)


async def cancel_class(
    work: Work, attempts: AttemptsMade, class_id: UUID, expected: ExpectedRevision
) -> CourseClass:
    """Call a class off before it begins; everybody in it is withdrawn and told.

    Raises:
        Conflict: `class_begun`; `attempt_running`, somebody in it sits an exam just now.
    """
    found = await _locked(work, class_id, expected)
    begins = await begins_at(work.session, class_id)
    if begins is not None and begins <= work.now():
        raise Conflict("class_begun", "what has begun is closed, not cancelled")
    await _leave_open(work, found, ClassState.CANCELLED, "class.cancelled")
    enrolled = await queries.active_in_class(work.session, class_id)
    refuse_running(await attempts.unsettled(work.session, [row.id for row in enrolled]))
    for enrolment in enrolled:
        await end(work, enrolment, "class_cancelled")
    return found


async def _locked(work: Work, class_id: UUID, expected: ExpectedRevision) -> CourseClass:
    work.actor.require(RUN_ENROLMENTS)
    found = await class_seats.lock_class(work, class_id)
    expected.check(found.revision)
    if found.state is ClassState.CANCELLED:
        raise Conflict("class_not_open", "it is cancelled")
    return found


async def _close(work: Work, found: CourseClass) -> None:
    await _leave_open(work, found, ClassState.CLOSED, "class.closed")
    for waiting in await queries.first_waiting(work.session, found.id):
        await end(work, waiting, "class_closed")


async def _leave_open(work: Work, found: CourseClass, state: ClassState, action: str) -> None:
    before = found.state
    found.state = state
    await _note(work, found, action, {"state": before}, {"state": state})


async def _note(
    work: Work,
    found: CourseClass,
    action: str,
    before: dict[str, object],
    after: dict[str, object],
) -> None:
    found.revision += 1
    await work.session.flush()
    subject = ("course_class", found.id)
    await record(work, action=action, subject=subject, before=before, after=after)
