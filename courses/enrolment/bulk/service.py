"""A manager enrols many: a preview that keeps seats for a while, then a commit of the same list.

Everybody is judged again at the commit: the preview promises seats, not outcomes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from courses.catalogue.models import Course
from courses.enrolment.admission import Offer, offer, prerequisites_missing
from courses.enrolment.bulk import queries
from courses.enrolment.bulk.models import EnrolmentPreview, PreviewState
from courses.enrolment.bulk.outcomes import ENROLLED, Judged, Listed, Outcome, all_possible, judge
from courses.enrolment.bulk.schemas import CommitIn, LineOut, Mode, PreviewIn
from courses.enrolment.models import SeatHold
from courses.enrolment.permissions import ENROL_STAFF
from courses.enrolment.ports import CertifiedDays
from courses.enrolment.queries import enrolled_already
from courses.enrolment.seats import service as class_seats
from courses.enrolment.seats.capacity import HOLD, Place
from courses.enrolment.service import admit
from courses.schedule.models import CourseClass
from lms.audit.service import record
from lms.issuer.queries import issuer_day
from lms.kernel.locks import Locked, lock
from lms.kernel.problems import Conflict, Problem
from lms.kernel.work import Work


@dataclass(frozen=True, slots=True)
class Previewed:
    preview: EnrolmentPreview
    course_code: str
    seats_held: int
    judged: Sequence[Judged]


@dataclass(frozen=True, slots=True)
class Committed:
    preview: EnrolmentPreview
    judged: Sequence[Judged]
    made: dict[UUID, UUID]
    """The enrolment of each person who was enrolled."""


async def preview(
    work: Work, certificates: CertifiedDays, organisation_id: UUID, data: PreviewIn
) -> Previewed:
    """Say what would become of each line, and keep the seats that it takes.

    It replaces the company's open preview for the same class.

    Raises:
        NotFound: no such course or class.
        Conflict: the course or class is not open.
    """
    work.actor.require(ENROL_STAFF, organisation_id)
    run = None
    if data.class_id is not None:
        run = await class_seats.lock_class(work, data.class_id)
        await _give_back(
            work, await queries.open_previews_of_class(work.session, organisation_id, run.id)
        )
        await class_seats.pass_on(work, run)
    offered = await offer(work, data.course_code, run)
    listed = await _listed(work, certificates, organisation_id, offered, data.staff_numbers)
    before = None if run is None else await class_seats.count(work, run)
    free = None if before is None else before.open_to_newcomers
    judged = judge(listed, seats=free, join_waitlist=True)
    made = _made(work, organisation_id, offered, data.staff_numbers)
    work.session.add(made)
    await work.session.flush()
    held = 0 if run is None else sum(row.outcome is Outcome.SEAT for row in judged)
    if run is not None and before is not None and held:
        await _hold(work, made, run, held)
        await class_seats.tell_if_full(work, run, before)
    return Previewed(made, offered.course.code, held, judged)


async def commit(
    work: Work,
    certificates: CertifiedDays,
    organisation_id: UUID,
    preview_id: UUID,
    data: CommitIn,
) -> Committed:
    """Enrol the list of a preview, all or those possible, in this transaction.

    Raises:
        NotFound: the company has no such preview.
        Conflict: `preview_over`, or the course or class is not open any more.
        Problem: `not_all_possible`, with every line's outcome; nothing has changed.
    """
    work.actor.require(ENROL_STAFF, organisation_id)
    run, found = await _locked(work, organisation_id, preview_id)
    course = await work.session.get_one(Course, found.course_id)
    offered = await offer(work, course.code, run)
    listed = await _listed(work, certificates, organisation_id, offered, found.staff_numbers)
    before = None if run is None else await class_seats.count(work, run)
    seats = None if before is None else before.open_to_newcomers + await _held(work, found.id)
    judged = judge(listed, seats=seats, join_waitlist=data.join_waitlist and run is not None)
    if data.mode is Mode.ALL and not all_possible(judged):
        raise Problem(code="not_all_possible", extra={"rows": [LineOut.of(row) for row in judged]})
    made = await _admit_all(work, offered, organisation_id, judged)
    await _settle(work, found, PreviewState.COMMITTED)
    if run is not None and before is not None:
        await class_seats.tell_if_full(work, run, before)
        await class_seats.pass_on(work, run)
    await record(
        work,
        action="enrolment-preview.committed",
        subject=("enrolment_preview", found.id),
        after={"mode": data.mode, "enrolled": len(made), "lines": len(judged)},
    )
    return Committed(found, judged, made)


async def cancel(work: Work, organisation_id: UUID, preview_id: UUID) -> EnrolmentPreview:
    """Give a preview's seats back at once.

    Raises:
        NotFound: the company has no such preview.
        Conflict: `preview_over`.
    """
    work.actor.require(ENROL_STAFF, organisation_id)
    run, found = await _locked(work, organisation_id, preview_id)
    await _give_back(work, [found])
    if run is not None:
        await class_seats.pass_on(work, run)
    return found


async def _locked(
    work: Work, organisation_id: UUID, preview_id: UUID
) -> tuple[CourseClass | None, EnrolmentPreview]:
    """A preview that is still good: its people and class locked first, then itself."""
    seen = await queries.require_preview(work.session, organisation_id, preview_id)
    people = await _people(work, organisation_id, seen.staff_numbers)
    await lock(work, Locked.PERSON, [person for person in people.values() if person is not None])
    run = None if seen.class_id is None else await class_seats.lock_class(work, seen.class_id)
    found = await queries.require_preview(work.session, organisation_id, preview_id, locked=True)
    if found.state is not PreviewState.OPEN or found.expires_at <= work.now():
        raise Conflict("preview_over", "its time is over, or it was used: preview again")
    return run, found


async def _listed(
    work: Work,
    certificates: CertifiedDays,
    organisation_id: UUID,
    offered: Offer,
    staff_numbers: Sequence[str],
) -> list[Listed]:
    people = await _people(work, organisation_id, staff_numbers)
    ids = [person for person in people.values() if person is not None]
    enrolled = await enrolled_already(work.session, offered.course.id, ids)
    lacking = await prerequisites_missing(work, certificates, offered, ids)
    return [
        Listed(
            line=line,
            staff_number=number,
            known=number in people,
            person_id=people.get(number),
            enrolled_already=people.get(number) in enrolled,
            prerequisites_missing=people.get(number) in lacking,
        )
        for line, number in enumerate(staff_numbers, start=1)
    ]


async def _people(
    work: Work, organisation_id: UUID, staff_numbers: Sequence[str]
) -> dict[str, UUID | None]:
    today = await issuer_day(work)
    return await queries.people_by_number(work.session, organisation_id, staff_numbers, today)


async def _held(work: Work, preview_id: UUID) -> int:
    hold = await queries.hold_of(work.session, preview_id)
    return 0 if hold is None else hold.seats


async def _admit_all(
    work: Work, offered: Offer, organisation_id: UUID, judged: Sequence[Judged]
) -> dict[UUID, UUID]:
    made = {}
    for row in judged:
        if row.outcome in ENROLLED and row.person_id is not None:
            where = Place.SEAT if row.outcome is Outcome.SEAT else Place.WAITLIST
            enrolment = await admit(work, offered, row.person_id, where, sponsor=organisation_id)
            made[row.person_id] = enrolment.id
    return made


def _made(
    work: Work, organisation_id: UUID, offered: Offer, staff_numbers: Sequence[str]
) -> EnrolmentPreview:
    return EnrolmentPreview(
        id=work.new_id(),
        organisation_id=organisation_id,
        course_id=offered.course.id,
        class_id=None if offered.run is None else offered.run.id,
        staff_numbers=list(staff_numbers),
        made_by=work.actor.person,
        made_at=work.now(),
        expires_at=work.now() + HOLD,
    )


async def _hold(work: Work, made: EnrolmentPreview, run: CourseClass, seats: int) -> None:
    work.session.add(
        SeatHold(preview_id=made.id, class_id=run.id, seats=seats, expires_at=made.expires_at)
    )
    await work.session.flush()


async def _give_back(work: Work, found: Sequence[EnrolmentPreview]) -> None:
    for row in found:
        await _settle(work, row, PreviewState.CANCELLED)


async def _settle(work: Work, found: EnrolmentPreview, state: PreviewState) -> None:
    found.state = state
    found.revision += 1
    await queries.drop_holds(work.session, [found.id])
    await work.session.flush()


async def expire_class(work: Work, class_id: UUID | None) -> None:
    """End the previews of one class whose time is over, and pass their seats on."""
    if class_id is not None:
        await class_seats.lock_class(work, class_id)
    for found in await queries.expired_previews(work.session, work.now(), class_id=class_id):
        await _settle(work, found, PreviewState.EXPIRED)
