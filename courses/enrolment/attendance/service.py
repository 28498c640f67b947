"""Taking attendance, and correcting it: by a trainer of the class or an admin."""

from collections.abc import Collection, Mapping
from uuid import UUID

from courses.enrolment.attendance import queries
from courses.enrolment.attendance.models import Attendance
from courses.enrolment.attendance.permissions import READ_ATTENDANCE, TAKE_ATTENDANCE
from courses.enrolment.attendance.schemas import AttendanceIn
from courses.enrolment.permissions import RUN_ENROLMENTS
from courses.schedule.models import Meeting
from courses.schedule.queries import require_class, require_meeting, trains
from lms.approvals.own_matter import require_others_matter
from lms.audit.permissions import READ_AUDIT
from lms.audit.service import record
from lms.kernel.actor import Permission
from lms.kernel.locks import Locked, lock
from lms.kernel.problems import Conflict, Fault, Invalid, NotFound
from lms.kernel.work import Work


async def take_attendance(work: Work, class_id: UUID, meeting_id: UUID, data: AttendanceIn) -> None:
    """Record minutes; what was recorded before is overwritten, with a trace.

    Raises:
        NotFound: no such meeting, or not one's own class.
        Conflict: `meeting_not_begun`, or a place of the actor's own is among them.
        Invalid: every row that names nobody in the class, twice the same, or too many minutes.
    """
    await require_own_class(work, class_id)
    await lock(work, Locked.CLASS, [class_id])
    meeting = await require_meeting(work.session, class_id, meeting_id)
    if meeting.starts_at > work.now():
        raise Conflict("meeting_not_begun")
    seated = await queries.seated(work.session, class_id, meeting_id)
    faults = _faults(data, meeting, seated)
    if faults:
        raise Invalid(faults)
    wanted = {row.enrolment_id: row.minutes for row in data.present}
    require_others_matter(work, *(seated[enrolment_id] for enrolment_id in wanted))
    held = await queries.recorded(work.session, meeting_id, wanted.keys())
    before = {str(key): row.minutes for key, row in held.items()}
    await _put(work, meeting, wanted)
    await record(
        work,
        action="attendance.taken",
        subject=("meeting", meeting_id),
        before=before,
        after={str(key): minutes for key, minutes in wanted.items()},
    )


async def _put(work: Work, meeting: Meeting, wanted: Mapping[UUID, int]) -> None:
    for enrolment_id, minutes in wanted.items():
        # merge: what was recorded is in the session already, so this asks nothing again
        await work.session.merge(
            Attendance(
                meeting_id=meeting.id,
                enrolment_id=enrolment_id,
                minutes=minutes,
                contact_minutes=meeting.contact_minutes,
                recorded_by=work.actor.person,
                recorded_at=work.now(),
            )
        )
    await work.session.flush()


async def require_readable_class(work: Work, class_id: UUID) -> None:
    """Let in an admin, an auditor, or a trainer of one of the class's meetings.

    Raises:
        NotFound: no such class, or it is another trainer's.
    """
    work.actor.require(READ_ATTENDANCE)
    await _require_class(work, class_id, everywhere=READ_AUDIT)


async def require_own_class(work: Work, class_id: UUID) -> None:
    """Let in an admin, or a trainer of one of the class's meetings.

    Raises:
        NotFound: no such class, or it is another trainer's.
    """
    work.actor.require(TAKE_ATTENDANCE)
    await _require_class(work, class_id, everywhere=RUN_ENROLMENTS)


async def _require_class(work: Work, class_id: UUID, *, everywhere: Permission) -> None:
    await require_class(work.session, class_id)
    if work.actor.may(everywhere):
        return
    if not await trains(work.session, work.actor.person, class_id):
        raise NotFound


def _faults(data: AttendanceIn, meeting: Meeting, seated: Collection[UUID]) -> list[Fault]:
    faults = []
    seen: set[UUID] = set()
    for place, row in enumerate(data.present):
        pointer = f"/present/{place}"
        if row.enrolment_id not in seated:
            faults.append(Fault(f"{pointer}/enrolment_id", "unknown", "nobody in this class"))
        if row.enrolment_id in seen:
            faults.append(Fault(f"{pointer}/enrolment_id", "twice", "named before"))
        if row.minutes > meeting.contact_minutes:
            detail = f"the meeting has {meeting.contact_minutes} contact minutes"
            faults.append(Fault(f"{pointer}/minutes", "too_many", detail))
        seen.add(row.enrolment_id)
    return faults
