"""Seats that a company pays: when they count as unused, and how they go back.

An employer's act ends company seats only: never an enrolment of the learner's own, never one in
which the learner has sat in class or begun an attempt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from courses.enrolment import queries
from courses.enrolment.models import Enrolment, EnrolmentState
from courses.enrolment.permissions import ENROL_STAFF
from courses.enrolment.ports import AttemptsMade
from courses.enrolment.progress.reading import states_shown
from courses.enrolment.seats import service as class_seats
from courses.enrolment.service import end
from courses.schedule.queries import beginnings
from lms.kernel.locks import Locked, lock
from lms.kernel.problems import Conflict
from lms.kernel.work import Work


@dataclass(frozen=True, slots=True)
class Use:
    """What has been made of a company's seat."""

    state: EnrolmentState
    class_begins_at: datetime | None
    attended: bool
    attempted: bool


def unused(use: Use, now: datetime) -> bool:
    """Whether the seat can go back: only waited for, or not begun, attended or sat."""
    if use.state is EnrolmentState.WAITLISTED:
        return True
    begun = use.class_begins_at is not None and use.class_begins_at <= now
    return (
        use.state is EnrolmentState.CONFIRMED
        and not begun
        and not use.attended
        and not use.attempted
    )


async def return_unused(
    work: Work, attempts: AttemptsMade, organisation_id: UUID, person_id: UUID
) -> int:
    """Take back what a leaver has not used of their company's seats; answers how many."""
    found = await queries.sponsored_active(work.session, organisation_id, person_id)
    returned = await _lock_unused(work, attempts, found)
    await _end_all(work, returned, "sponsor_left")
    return len(returned)


async def withdraw_sponsored(
    work: Work, attempts: AttemptsMade, organisation_id: UUID, enrolment_id: UUID
) -> Enrolment:
    """Take one unused seat back, as the company's manager.

    A refusal tells no more than the company sees of the seat: passing one is using it.

    Raises:
        NotFound: the company pays no such enrolment.
        Conflict: `enrolment_not_active`, `seat_used`, or `conflict`: it moved in the meantime.
    """
    work.actor.require(ENROL_STAFF, organisation_id)
    found = await queries.require_enrolment(
        work.session, enrolment_id, organisation_id=organisation_id
    )
    shown = (await states_shown(work, organisation_id, [found]))[found.id]
    if shown not in queries.ACTIVE:
        raise Conflict("enrolment_not_active", f"it is {shown.value}")
    returned = await _lock_unused(work, attempts, [found])
    if not returned:
        raise Conflict("seat_used", "the learner has begun")
    await _end_all(work, returned, "sponsor")
    return found


async def _lock_unused(
    work: Work, attempts: AttemptsMade, found: Sequence[Enrolment]
) -> list[Enrolment]:
    """Those still active and unused, after their classes and they themselves were locked.

    Raises:
        Conflict: `conflict`, one moved to another class in the meantime.
    """
    classes = {row.id: row.class_id for row in found}
    met = {one for one in classes.values() if one is not None}
    await lock(work, Locked.CLASS, met)
    await lock(work, Locked.ENROLMENT, classes)
    attempted = await attempts.with_attempts(work.session, classes.keys())
    attended = await queries.attended_at_all(work.session, classes.keys())
    begins = await beginnings(work.session, met)
    current = await queries.enrolments_by_id(work.session, classes.keys())
    kept = []
    for row_id, class_id in classes.items():
        row = current[row_id]
        if row.class_id != class_id:
            raise Conflict("conflict", "it moved to another class in the meantime")
        begins_at = None if class_id is None else begins.get(class_id)
        use = Use(row.state, begins_at, row_id in attended, row_id in attempted)
        if unused(use, work.now()):
            kept.append(row)
    return kept


async def _end_all(work: Work, enrolments: Sequence[Enrolment], reason: str) -> None:
    for enrolment in enrolments:
        await end(work, enrolment, reason)
    for class_id in sorted({row.class_id for row in enrolments if row.class_id is not None}):
        await class_seats.lock_class(work, class_id)
