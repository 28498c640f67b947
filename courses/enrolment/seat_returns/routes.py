"""Seats given back at the API, by the company that pays them.

Enrolling many at once: `bulk/`; what it sees: `progress/`.
"""

from uuid import UUID

from litestar import Router, post

from courses.enrolment.permissions import ENROL_STAFF
from courses.enrolment.ports import FloorsAbove
from courses.enrolment.progress import reading
from courses.enrolment.progress.schemas import SponsoredOut
from courses.enrolment.seat_returns import service
from lms.kernel.actor import Actor
from lms.kernel.work import Works


@post(
    "/{enrolment_id:uuid}/withdrawal",
    operation_id="withdrawSponsored",
    needs=ENROL_STAFF,
    status_code=200,
)
async def withdraw_sponsored(
    organisation_id: UUID, enrolment_id: UUID, works: Works, actor: Actor, above: FloorsAbove
) -> SponsoredOut:
    """Take an unused seat back."""
    async with works.write(actor) as work:
        ended = await service.withdraw_sponsored(
            work, above.attempts, organisation_id, enrolment_id
        )
        return (await reading.sponsored(work, organisation_id, [ended]))[ended.id]


router = Router(
    path="/organisations/{organisation_id:uuid}/enrolments",
    route_handlers=[withdraw_sponsored],
)
