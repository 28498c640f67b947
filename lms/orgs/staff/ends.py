"""When an employment is over: what the company gave through the link ends, and others are told.

At once by the act where the last day is today or past, else when the last day is over where the
issuer is. The row says that it was told, so that downtime loses no end and none is told twice.
"""

from datetime import date, timedelta
from uuid import UUID

import structlog

from lms.issuer.queries import issuer_day
from lms.kernel.actor import Actor
from lms.kernel.events import Tick
from lms.kernel.locks import Locked, lock
from lms.kernel.work import Work, Works
from lms.orgs.days import ONE_DAY
from lms.orgs.organisations.managers import dismiss_person
from lms.orgs.staff.consents import end_with_employment
from lms.orgs.staff.events import StaffLeft
from lms.orgs.staff.models import StaffLink
from lms.orgs.staff.queries import due_ends, works_on

BATCH = 200
LAST_DAY_OVER = Actor.system("a last day is over")
GENERAL_REASON = "left the company"

log = structlog.get_logger(__name__)


async def tell_end(work: Work, link: StaffLink, day: date) -> None:
    """End what the company gave, unless another link of theirs to it holds on `day`.

    Once for each link. The caller holds the company's lock, as every act on its links does.
    """
    link.end_told_at = work.now()
    await work.session.flush()
    if await works_on(work.session, link, day):
        return
    reason = link.end_reason or GENERAL_REASON
    await dismiss_person(work, link.organisation_id, link.person_id, reason)
    await end_with_employment(work, link.organisation_id, link.person_id)
    await work.emit(left(link))


def left(link: StaffLink) -> StaffLeft:
    """The event of an ended link."""
    if link.valid_to is None:
        raise ValueError("the link has not ended")
    return StaffLeft(
        organisation_id=link.organisation_id,
        staff_record_id=link.staff_record_id,
        person_id=link.person_id,
        last_day=link.valid_to - ONE_DAY,
    )


async def tell_due_ends(works: Works) -> None:
    """Tell every end that has come; one that fails is tried again at the next tick."""
    failed = set[UUID]()
    while due := await _due(works, failed):
        for organisation_id, link_id in due:
            try:
                async with works.write(LAST_DAY_OVER) as work:
                    await _tell_if_due(work, organisation_id, link_id)
            except Exception:
                failed.add(link_id)
                log.exception("end of a link not told", link_id=str(link_id))


async def _due(works: Works, failed: set[UUID]) -> list[tuple[UUID, UUID]]:
    async with works.read(LAST_DAY_OVER) as work:
        return await due_ends(work.session, await issuer_day(work), failed, BATCH)


async def _tell_if_due(work: Work, organisation_id: UUID, link_id: UUID) -> None:
    """Read under the lock: an act may have told it, since it was found to be due."""
    await lock(work, Locked.ORGANISATION, [organisation_id])
    link = await work.session.get_one(StaffLink, link_id)
    if link.end_told_at is None:
        await lock(work, Locked.PERSON, [link.person_id])
        await tell_end(work, link, await issuer_day(work))


TELL_ENDS = Tick("orgs.tell-ends", timedelta(minutes=1), tell_due_ends)
