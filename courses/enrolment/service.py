"""Enrolling and withdrawing one person. Many at once: `bulk/`; to another class: `moving.py`."""

from collections.abc import Sequence
from uuid import UUID

from courses.enrolment import queries
from courses.enrolment.admission import Offer, offer, require_prerequisites
from courses.enrolment.models import Enrolment, EnrolmentState
from courses.enrolment.permissions import RUN_ENROLMENTS
from courses.enrolment.ports import AttemptsMade, CertifiedDays, Unsettled
from courses.enrolment.schemas import EnrolIn
from courses.enrolment.seats import service as class_seats
from courses.enrolment.seats.capacity import Place, place
from courses.events import EnrolmentConfirmed, EnrolmentWaitlisted, EnrolmentWithdrawn
from lms.audit.service import record
from lms.kernel.locks import Locked, lock
from lms.kernel.problems import Conflict, NotFound
from lms.kernel.work import Work


async def enrol_oneself(work: Work, certificates: CertifiedDays, data: EnrolIn) -> Enrolment:
    """Enrol the acting person; see `enrol`."""
    return await enrol(work, certificates, work.actor.person, data)


async def enrol_somebody(
    work: Work, certificates: CertifiedDays, person_id: UUID, data: EnrolIn
) -> Enrolment:
    """Enrol anybody, as issuer staff; see `enrol`."""
    work.actor.require(RUN_ENROLMENTS)
    return await enrol(work, certificates, person_id, data)


async def enrol(
    work: Work, certificates: CertifiedDays, person_id: UUID, data: EnrolIn
) -> Enrolment:
    """Give a person a place in a course, or on the class's waitlist.

    Raises:
        NotFound: no such course, class or person.
        Conflict: the course or class is not open, `class_full`, `enrolled_already`.
        Problem: `prerequisites_missing`.
    """
    if not await lock(work, Locked.PERSON, [person_id]):
        raise NotFound
    run = None if data.class_id is None else await class_seats.lock_class(work, data.class_id)
    offered = await offer(work, data.course_code, run)
    if await queries.enrolled_already(work.session, offered.course.id, [person_id]):
        raise Conflict("enrolled_already", "withdraw first, or move to another class")
    await require_prerequisites(work, certificates, offered, person_id)
    if run is None:
        return await admit(work, offered, person_id, Place.SEAT)
    before = await class_seats.count(work, run)
    where = place(before, would_wait=data.join_waitlist)
    if where is Place.FULL:
        raise Conflict("class_full", "ask for a place on the waitlist")
    enrolment = await admit(work, offered, person_id, where)
    await class_seats.tell_if_full(work, run, before)
    return enrolment


async def admit(
    work: Work, offered: Offer, person_id: UUID, where: Place, *, sponsor: UUID | None = None
) -> Enrolment:
    """Write an enrolment whose place is decided; the class, if any, is locked."""
    waits = where is Place.WAITLIST
    run = offered.run
    enrolment = Enrolment(
        id=work.new_id(),
        person_id=person_id,
        course_id=offered.course.id,
        version_id=offered.version.id,
        class_id=None if run is None else run.id,
        organisation_id=sponsor,
        state=EnrolmentState.WAITLISTED if waits else EnrolmentState.CONFIRMED,
        requested_at=work.now(),
        confirmed_at=None if waits else work.now(),
    )
    if waits and run is not None:
        enrolment.waitlist_place = await queries.next_waitlist_place(work.session, run.id)
    work.session.add(enrolment)
    await work.session.flush()
    await work.emit(_told(enrolment))
    await record(
        work,
        action=f"enrolment.{enrolment.state.value}",
        subject=("enrolment", enrolment.id),
        after=enrolment.model_dump(include={"person_id", "version_id", "class_id", "state"}),
    )
    return enrolment


def _told(enrolment: Enrolment) -> EnrolmentConfirmed | EnrolmentWaitlisted:
    if enrolment.state is EnrolmentState.WAITLISTED and enrolment.class_id is not None:
        return EnrolmentWaitlisted(
            enrolment_id=enrolment.id,
            person_id=enrolment.person_id,
            course_id=enrolment.course_id,
            class_id=enrolment.class_id,
            organisation_id=enrolment.organisation_id,
        )
    return EnrolmentConfirmed(
        enrolment_id=enrolment.id,
        person_id=enrolment.person_id,
        course_id=enrolment.course_id,
        class_id=enrolment.class_id,
        organisation_id=enrolment.organisation_id,
    )


async def withdraw_own(work: Work, attempts: AttemptsMade, enrolment_id: UUID) -> Enrolment:
    """Give up one's own place, whoever paid for it; see `withdraw`."""
    found = await queries.require_enrolment(work.session, enrolment_id, own=work.actor.person)
    return await withdraw(work, attempts, found, "own")


async def withdraw_somebody(
    work: Work, attempts: AttemptsMade, enrolment_id: UUID, why: str
) -> Enrolment:
    """Withdraw anybody, as issuer staff; see `withdraw`."""
    work.actor.require(RUN_ENROLMENTS)
    found = await queries.require_enrolment(work.session, enrolment_id)
    return await withdraw(work, attempts, found, "admin", why=why)


async def withdraw(
    work: Work, attempts: AttemptsMade, found: Enrolment, reason: str, *, why: str | None = None
) -> Enrolment:
    """End an active enrolment and pass its seat on.

    Raises:
        Conflict: `enrolment_not_active`, it has ended; `conflict`, it moved in the meantime;
            `attempt_running`.
    """
    enrolment = await lock_enrolment(work, found)
    if enrolment.state not in queries.ACTIVE:
        raise Conflict("enrolment_not_active", f"it is {enrolment.state.value}")
    refuse_running(await attempts.unsettled(work.session, [enrolment.id]))
    await end(work, enrolment, reason, why=why)
    if enrolment.class_id is not None:
        await class_seats.lock_class(work, enrolment.class_id)
    return enrolment


def refuse_running(unsettled: Sequence[Unsettled]) -> None:
    """Let no enrolment end under an open attempt, which would bring a result to nobody's place.

    Raises:
        Conflict: `attempt_running`, naming the attempts.
    """
    running = [str(one.attempt_id) for one in unsettled if one.running]
    if running:
        raise Conflict(
            "attempt_running",
            "it is submitted, or its time runs out, before the place is given up",
            extra={"attempt_ids": running},
        )


async def lock_enrolment(work: Work, found: Enrolment) -> Enrolment:
    """An enrolment read again, after its class and itself were locked in that order.

    Raises:
        Conflict: `conflict`, it moved to another class in the meantime.
    """
    class_id = found.class_id
    if class_id is not None:
        await lock(work, Locked.CLASS, [class_id])
    await lock(work, Locked.ENROLMENT, [found.id])
    enrolment = await queries.require_enrolment(work.session, found.id)
    if enrolment.class_id != class_id:
        raise Conflict("conflict", "it moved to another class in the meantime")
    return enrolment


async def end(work: Work, enrolment: Enrolment, reason: str, *, why: str | None = None) -> None:
    """Write that a locked, active enrolment is withdrawn; its seat is passed on by the caller."""
    before = enrolment.state
    enrolment.state = EnrolmentState.WITHDRAWN
    enrolment.withdrawn_at = work.now()
    enrolment.withdrawn_reason = reason
    enrolment.waitlist_place = None
    enrolment.revision += 1
    await work.session.flush()
    await work.emit(
        EnrolmentWithdrawn(
            enrolment_id=enrolment.id,
            person_id=enrolment.person_id,
            course_id=enrolment.course_id,
            class_id=enrolment.class_id,
            organisation_id=enrolment.organisation_id,
            reason=reason,
        )
    )
    await record(
        work,
        action="enrolment.withdrawn",
        subject=("enrolment", enrolment.id),
        before={"state": before},
        after={"state": enrolment.state, "reason": reason},
        reason=why,
    )
