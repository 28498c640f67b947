"""A class's seats: counted, given and passed on, always under the class's lock."""

from uuid import UUID

from courses.catalogue.queries import open_versions
from courses.enrolment import queries
from courses.enrolment.models import Enrolment, EnrolmentState
from courses.enrolment.pinning import pinned
from courses.enrolment.seats.capacity import Seats
from courses.events import ClassFull, WaitlistPromoted
from courses.schedule.models import ClassState, CourseClass
from courses.schedule.queries import class_entity
from lms.audit.service import record
from lms.issuer.queries import issuer_day
from lms.kernel.locks import Locked, lock
from lms.kernel.work import Work


async def lock_class(work: Work, class_id: UUID) -> CourseClass:
    """A class, locked first and read afterwards; whoever waits for a free seat gets it now.

    Raises:
        NotFound: there is no such class.
    """
    await lock(work, Locked.CLASS, [class_id])
    found = await class_entity(work.session, class_id)
    await pass_on(work, found)
    return found


async def count(work: Work, found: CourseClass) -> Seats:
    """A locked class's seats."""
    return (await queries.seats_of(work.session, {found.id: found.seats}, work.now()))[found.id]


async def pass_on(work: Work, found: CourseClass) -> None:
    """Give free seats of a locked class to those who wait, first in, first promoted.

    A promotion is an enrolment: none into a version that takes no enrolments that day.
    """
    if found.state is not ClassState.OPEN:
        return
    seats = await count(work, found)
    if seats.promotions == 0 or not await _taught_today(work, found.version_id):
        return
    for enrolment in await queries.first_waiting(work.session, found.id, seats.promotions):
        await _promote(work, found, enrolment)
    await work.session.flush()
    await tell_if_full(work, found, seats)


async def tell_if_full(work: Work, found: CourseClass, before: Seats) -> None:
    """Say that a class is full, when it was not before."""
    if before.free == 0:
        return
    if (await count(work, found)).free == 0:
        course_id = await queries.course_of_version(work.session, found.version_id)
        await work.emit(ClassFull(class_id=found.id, course_id=course_id, seats=found.seats))


async def _taught_today(work: Work, version_id: UUID) -> bool:
    course_id = await queries.course_of_version(work.session, version_id)
    versions = await open_versions(work.session, course_id)
    return pinned(versions, version_id, await issuer_day(work)) is not None


async def _promote(work: Work, found: CourseClass, enrolment: Enrolment) -> None:
    enrolment.state = EnrolmentState.CONFIRMED
    enrolment.confirmed_at = work.now()
    enrolment.waitlist_place = None
    enrolment.revision += 1
    await work.emit(
        WaitlistPromoted(
            enrolment_id=enrolment.id,
            person_id=enrolment.person_id,
            course_id=enrolment.course_id,
            class_id=found.id,
            organisation_id=enrolment.organisation_id,
        )
    )
    await record(
        work,
        action="enrolment.promoted",
        subject=("enrolment", enrolment.id),
        before={"state": EnrolmentState.WAITLISTED},
        after={"state": EnrolmentState.CONFIRMED, "class_id": found.id},
    )
