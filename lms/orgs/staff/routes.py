"""Staff records and their links at the API."""

from typing import Annotated
from uuid import UUID

from litestar import Router, get, post, put
from litestar.params import QueryParameter

from lms.issuer.queries import issuer_day
from lms.kernel.actor import Actor
from lms.kernel.idempotency import IdempotencyKey
from lms.kernel.paging import Page, PageRequest, page_of
from lms.kernel.work import Work, Works
from lms.orgs.ports import FractionListener
from lms.orgs.staff import links, queries, service
from lms.orgs.staff.models import StaffRecord
from lms.orgs.staff.permissions import LINK_STAFF, MANAGE_STAFF, READ_STAFF
from lms.orgs.staff.schemas import LinkIn, LinkOut, StaffIn, StaffOut, UnlinkIn
from lms.web.dependencies import ExpectedRevision


@get("", operation_id="listStaff", needs=READ_STAFF)
async def list_staff(
    organisation_id: UUID,
    works: Works,
    actor: Actor,
    page: PageRequest,
    staff_number: Annotated[
        str | None, QueryParameter(max_length=64, pattern=r"^[^\x00]*$")
    ] = None,
    linked: bool | None = None,
) -> Page[StaffOut]:
    """A company's staff records by staff number."""
    async with works.read(actor) as work:
        rows = await queries.staff_of_organisation(
            work.session,
            organisation_id,
            page,
            staff_number=staff_number,
            linked=linked,
            on=await issuer_day(work),
        )
    return page_of(
        rows, page, out=lambda row: StaffOut.of(row[0], row[1]), key=lambda r: [r[0].staff_number]
    )


@post("", operation_id="addStaff", needs=MANAGE_STAFF)
async def add_staff(
    organisation_id: UUID, data: StaffIn, works: Works, actor: Actor, key: IdempotencyKey
) -> StaffOut:
    """Add a staff record; place it next."""
    async with works.write(actor, key) as work:
        added = await service.add(work, organisation_id, data.facts())
        return work.remember(StaffOut.of(added, None))


@get("/{staff_record_id:uuid}", operation_id="getStaff", needs=READ_STAFF)
async def get_staff(
    organisation_id: UUID, staff_record_id: UUID, works: Works, actor: Actor
) -> StaffOut:
    """One staff record."""
    async with works.read(actor) as work:
        found = await queries.require_record(work.session, organisation_id, staff_record_id)
        return await _shown(work, found)


@put("/{staff_record_id:uuid}", operation_id="editStaff", needs=MANAGE_STAFF)
async def edit_staff(
    organisation_id: UUID,
    staff_record_id: UUID,
    data: StaffIn,
    works: Works,
    actor: Actor,
    expected: ExpectedRevision,
    fractions: FractionListener,
) -> StaffOut:
    """State a record's facts anew."""
    async with works.write(actor) as work:
        edited = await service.edit(
            work,
            fractions,
            organisation_id,
            staff_record_id,
            data.facts(),
            revision=expected.value,
        )
        return await _shown(work, edited)


@get("/{staff_record_id:uuid}/links", operation_id="listLinks", needs=READ_STAFF)
async def list_links(
    organisation_id: UUID, staff_record_id: UUID, works: Works, actor: Actor
) -> list[LinkOut]:
    """Every link that a record has had, the newest first."""
    async with works.read(actor) as work:
        await queries.require_record(work.session, organisation_id, staff_record_id)
        rows = await queries.links_of_record(work.session, staff_record_id)
    return [LinkOut.of(row) for row in rows]


@post("/{staff_record_id:uuid}/links", operation_id="linkStaff", needs=LINK_STAFF)
async def link_staff(
    organisation_id: UUID,
    staff_record_id: UUID,
    data: LinkIn,
    works: Works,
    actor: Actor,
    key: IdempotencyKey,
    fractions: FractionListener,
) -> LinkOut:
    """Link a record to a person without an invitation, for a stated reason."""
    async with works.write(actor, key) as work:
        made = await links.link_by_admin(
            work,
            fractions,
            organisation_id,
            staff_record_id,
            person_id=data.person_id,
            first_day=data.first_day,
            reason=data.reason,
        )
        return work.remember(LinkOut.of(made))


@post(
    "/{staff_record_id:uuid}/unlinking",
    operation_id="unlinkStaff",
    needs=MANAGE_STAFF,
    status_code=200,
)
async def unlink_staff(
    organisation_id: UUID,
    staff_record_id: UUID,
    data: UnlinkIn,
    works: Works,
    actor: Actor,
    fractions: FractionListener,
) -> LinkOut:
    """End a record's link and nothing else; for somebody who leaves see their departure."""
    async with works.write(actor) as work:
        ended = await links.unlink(
            work,
            fractions,
            organisation_id,
            staff_record_id,
            last_day=data.last_day,
            reason=data.reason,
        )
        return LinkOut.of(ended)


async def _shown(work: Work, found: StaffRecord) -> StaffOut:
    link = await queries.link_holding_on(work.session, found.id, await issuer_day(work))
    return StaffOut.of(found, link)


router = Router(
    path="/organisations/{organisation_id:uuid}/staff",
    tags=["staff"],
    route_handlers=[
        list_staff,
        add_staff,
        get_staff,
        edit_staff,
        list_links,
        link_staff,
        unlink_staff,
    ],
)
