"""Moving an enrolment to another class; to another version only with the learner's agreement."""

from uuid import UUID

from courses.enrolment import queries
from courses.enrolment.admission import Offer, offer, require_prerequisites
from courses.enrolment.models import Enrolment, EnrolmentState, VersionAgreement
from courses.enrolment.permissions import RUN_ENROLMENTS
from courses.enrolment.pinning import agreement_needed
from courses.enrolment.ports import FloorsAbove
from courses.enrolment.schemas import MoveIn
from courses.enrolment.seats import service as class_seats
from courses.enrolment.seats.capacity import Place, place
from courses.enrolment.service import lock_enrolment, refuse_running
from lms.audit.service import record
from lms.kernel.locks import Locked, lock
from lms.kernel.problems import Conflict
from lms.kernel.work import Work


async def move_own(work: Work, above: FloorsAbove, enrolment_id: UUID, data: MoveIn) -> Enrolment:
    """Move oneself; naming the class's version is the agreement to it. See `_move`."""
    found = await queries.require_enrolment(work.session, enrolment_id, own=work.actor.person)
    return await _move(work, above, found, data)


async def move_somebody(
    work: Work, above: FloorsAbove, enrolment_id: UUID, class_id: UUID
) -> Enrolment:
    """Move anybody to another class of the same version, as issuer staff. See `_move`."""
    work.actor.require(RUN_ENROLMENTS)
    found = await queries.require_enrolment(work.session, enrolment_id)
    return await _move(work, above, found, MoveIn(class_id=class_id))


async def _move(work: Work, above: FloorsAbove, found: Enrolment, data: MoveIn) -> Enrolment:
    """Take a seat in the other class and pass the old one on.

    Raises:
        NotFound: the class is not of this course.
        Conflict: `enrolment_not_active`, `class_full`, `class_not_open`, or see `_pin_anew`.
    """
    left = found.class_id
    await lock(work, Locked.CLASS, {data.class_id} | ({left} if left else set()))
    target = await class_seats.lock_class(work, data.class_id)
    codes = await queries.codes_of(work.session, [found])
    offered = await offer(work, codes[found.course_id], target)
    enrolment = await lock_enrolment(work, found)
    if enrolment.state is not EnrolmentState.CONFIRMED:
        raise Conflict("enrolment_not_active", f"it is {enrolment.state.value}")
    if left == target.id:
        return enrolment
    before = await class_seats.count(work, target)
    if place(before, would_wait=False) is not Place.SEAT:
        raise Conflict("class_full")
    pinned = enrolment.version_id
    if agreement_needed(pinned, offered.version.id):
        await _pin_anew(work, above, enrolment, offered, data)
    enrolment.class_id = target.id
    enrolment.revision += 1
    await work.session.flush()
    await record(
        work,
        action="enrolment.moved",
        subject=("enrolment", enrolment.id),
        before={"class_id": left, "version_id": pinned},
        after={"class_id": target.id, "version_id": offered.version.id},
    )
    await class_seats.tell_if_full(work, target, before)
    if left is not None:
        await class_seats.lock_class(work, left)
    return enrolment


async def _pin_anew(
    work: Work, above: FloorsAbove, enrolment: Enrolment, offered: Offer, data: MoveIn
) -> None:
    """Pin to another version, as the learner agrees and that version admits.

    Raises:
        Conflict: `agreement_needed`; `attempt_running` or `result_awaited`, since a result by the
            old version would count for nothing.
        Problem: `prerequisites_missing`, of the new version.
    """
    version = offered.version
    if data.agree_to_version != version.number:
        raise Conflict(
            "agreement_needed",
            "the class is of another version: the learner agrees by naming it",
            extra={"version": version.number},
        )
    unsettled = await above.attempts.unsettled(work.session, [enrolment.id])
    refuse_running(unsettled)
    if unsettled:
        raise Conflict("result_awaited", "it would count for nothing by another version")
    await require_prerequisites(work, above.certificates, offered, enrolment.person_id)
    work.session.add(
        VersionAgreement(
            id=work.new_id(),
            enrolment_id=enrolment.id,
            from_version_id=enrolment.version_id,
            to_version_id=version.id,
            agreed_by=work.actor.person,
            agreed_at=work.now(),
        )
    )
    enrolment.version_id = version.id
