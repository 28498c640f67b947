"""Attendance at the API: a meeting's list for its trainer, one's own sum for the learner."""

from typing import Any
from uuid import UUID

from litestar import Router, get, put
from sqlalchemy import Row

from courses.enrolment.attendance import queries, service
from courses.enrolment.attendance.permissions import READ_ATTENDANCE, TAKE_ATTENDANCE
from courses.enrolment.attendance.schemas import AttendanceIn, AttendedOut, PresenceOut
from courses.enrolment.queries import require_enrolment
from courses.schedule.queries import require_meeting
from lms.kernel.actor import SIGNED_IN, Actor
from lms.kernel.work import Work, Works
from lms.people.persons.queries import printed_name

MEETING = "/classes/{class_id:uuid}/meetings/{meeting_id:uuid}/attendance"


def _presence(row: Row[*tuple[Any, ...]]) -> PresenceOut:
    name = printed_name(row)
    return PresenceOut(
        enrolment_id=row.id,
        person_id=row.person_id,
        name_zh=name["zh"],
        name_en=name["en"],
        minutes=row.minutes,
    )


async def _list(work: Work, class_id: UUID, meeting_id: UUID) -> list[PresenceOut]:
    await require_meeting(work.session, class_id, meeting_id)
    rows = await queries.meeting_list(work.session, class_id, meeting_id)
    return [_presence(row) for row in rows]


@get(MEETING, operation_id="getAttendance", needs=READ_ATTENDANCE)
async def get_attendance(
    class_id: UUID, meeting_id: UUID, works: Works, actor: Actor
) -> list[PresenceOut]:
    """Everybody with a seat, and their minutes where they were taken."""
    async with works.read(actor) as work:
        await service.require_readable_class(work, class_id)
        return await _list(work, class_id, meeting_id)


@put(MEETING, operation_id="takeAttendance", needs=TAKE_ATTENDANCE)
async def take_attendance(
    class_id: UUID, meeting_id: UUID, data: AttendanceIn, works: Works, actor: Actor
) -> list[PresenceOut]:
    """Record who was there for how many minutes."""
    async with works.write(actor) as work:
        await service.take_attendance(work, class_id, meeting_id, data)
        return await _list(work, class_id, meeting_id)


@get(
    "/me/enrolments/{enrolment_id:uuid}/attendance",
    operation_id="getMyAttendance",
    needs=SIGNED_IN,
)
async def get_mine(enrolment_id: UUID, works: Works, actor: Actor) -> AttendedOut:
    """How much of a course one has attended."""
    async with works.read(actor) as work:
        await require_enrolment(work.session, enrolment_id, own=actor.person)
        return AttendedOut.of(await queries.attended(work.session, enrolment_id))


router = Router(path="/", route_handlers=[get_attendance, take_attendance, get_mine])
