"""A company's view at the API: its staff's progress, and the seats that it pays."""

from uuid import UUID

from litestar import Router, get

from courses.enrolment.permissions import READ_STAFF_LEARNING
from courses.enrolment.ports import FloorsAbove
from courses.enrolment.progress import queries, reading
from courses.enrolment.progress.schemas import SponsoredOut, StaffProgressOut
from courses.enrolment.queries import enrolments_of_sponsor
from lms.issuer.queries import issuer_day
from lms.kernel.actor import Actor
from lms.kernel.paging import Page, PageRequest, page_of
from lms.kernel.work import Works


@get("/staff-progress", operation_id="listStaffProgress", needs=READ_STAFF_LEARNING)
async def list_progress(
    organisation_id: UUID, works: Works, actor: Actor, page: PageRequest, above: FloorsAbove
) -> Page[StaffProgressOut]:
    """Each member of staff: in which courses enrolled, attended, certified until when.

    Results too, of those who let the company see them.
    """
    async with works.read(actor) as work:
        rows = await queries.staff(work.session, organisation_id, page, on=await issuer_day(work))
        seen = await reading.staff_progress(work, above, organisation_id, rows)
    return page_of(rows, page, out=lambda row: seen[row.id], key=lambda row: [row.staff_number])


@get("/enrolments", operation_id="listSponsoredEnrolments", needs=READ_STAFF_LEARNING)
async def list_sponsored(
    organisation_id: UUID, works: Works, actor: Actor, page: PageRequest
) -> Page[SponsoredOut]:
    """The enrolments that the company pays, newest first."""
    async with works.read(actor) as work:
        rows = await enrolments_of_sponsor(work.session, organisation_id, page)
        seen = await reading.sponsored(work, organisation_id, rows)
    return page_of(rows, page, out=lambda row: seen[row.id], key=lambda row: [str(row.id)])


router = Router(
    path="/organisations/{organisation_id:uuid}", route_handlers=[list_progress, list_sponsored]
)
