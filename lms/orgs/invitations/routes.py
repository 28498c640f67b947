"""Invitations at the API, for who invites. Answering is in `answer_routes.py`."""

from typing import Annotated
from uuid import UUID

from litestar import Router, get, post
from litestar.params import QueryParameter

from lms.kernel.actor import Actor
from lms.kernel.idempotency import IdempotencyKey
from lms.kernel.paging import Page, PageRequest, page_of
from lms.kernel.work import Works
from lms.orgs.invitations import queries, service
from lms.orgs.invitations.models import InvitationKind
from lms.orgs.invitations.permissions import INVITE, READ_INVITATIONS
from lms.orgs.invitations.queries import InvitationStanding
from lms.orgs.invitations.schemas import (
    InvitationListIn,
    InvitationOut,
    InvitedOut,
    ManagerInvitationIn,
    StaffInvitationIn,
)


@get("/invitations", operation_id="listInvitations", needs=READ_INVITATIONS)
async def list_invitations(
    organisation_id: UUID,
    works: Works,
    actor: Actor,
    page: PageRequest,
    standing: InvitationStanding | None = None,
    wanted: Annotated[InvitationKind | None, QueryParameter(name="kind")] = None,
) -> Page[InvitationOut]:
    """A company's invitations, the oldest first; `standing=open` is who has not answered."""
    async with works.read(actor) as work:
        rows = await queries.invitations_of_organisation(
            work.session, organisation_id, page, standing=standing, kind=wanted
        )
    return page_of(
        rows, page, out=lambda row: InvitationOut.of(*row), key=lambda row: [str(row[0].id)]
    )


@post("/manager-invitations", operation_id="inviteManager", needs=INVITE)
async def invite_manager(
    organisation_id: UUID,
    data: ManagerInvitationIn,
    works: Works,
    actor: Actor,
    key: IdempotencyKey,
) -> InvitationOut:
    """Invite somebody to manage the company."""
    async with works.write(actor, key) as work:
        made = await service.invite_manager(work, organisation_id, data.email, data.language)
        return work.remember(InvitationOut.of(made))


@post("/invitations", operation_id="inviteStaff", needs=INVITE)
async def invite_staff(
    organisation_id: UUID,
    data: StaffInvitationIn,
    works: Works,
    actor: Actor,
    key: IdempotencyKey,
) -> InvitationOut:
    """Invite somebody to be linked to their staff record."""
    async with works.write(actor, key) as work:
        made = await service.invite_staff(
            work, organisation_id, data.staff_record_id, data.email, data.language
        )
        return work.remember(InvitationOut.of(made))


@post("/invitations/list", operation_id="inviteStaffList", needs=INVITE)
async def invite_list(
    organisation_id: UUID, data: InvitationListIn, works: Works, actor: Actor, key: IdempotencyKey
) -> InvitedOut:
    """Invite a list, or everybody who was not asked yet; who cannot be asked is named with why."""
    async with works.write(actor, key) as work:
        done = await service.invite_many(
            work, organisation_id, data.staff_record_ids, data.language
        )
        return work.remember(InvitedOut.of(done))


@post(
    "/invitations/{invitation_id:uuid}/resending",
    operation_id="resendInvitation",
    needs=INVITE,
    status_code=200,
)
async def resend(
    organisation_id: UUID, invitation_id: UUID, works: Works, actor: Actor
) -> InvitationOut:
    """Write the letter again; the one before opens nothing any more."""
    async with works.write(actor) as work:
        return InvitationOut.of(await service.resend(work, organisation_id, invitation_id))


@post(
    "/invitations/{invitation_id:uuid}/cancellation",
    operation_id="cancelInvitation",
    needs=INVITE,
    status_code=200,
)
async def cancel(
    organisation_id: UUID, invitation_id: UUID, works: Works, actor: Actor
) -> InvitationOut:
    """Take an invitation back; what was answered stays."""
    async with works.write(actor) as work:
        return InvitationOut.of(await service.cancel(work, organisation_id, invitation_id))


router = Router(
    path="/organisations/{organisation_id:uuid}",
    tags=["invitations"],
    route_handlers=[list_invitations, invite_manager, invite_staff, invite_list, resend, cancel],
)
