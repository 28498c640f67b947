"""Proposals at the API: read, approve, refuse, withdraw. Each slice's own routes make them."""

from typing import Annotated
from uuid import UUID

from litestar import Router, get, post
from litestar.params import QueryParameter

from lms.approvals import queries, service
from lms.approvals.effects import Effects
from lms.approvals.models import ProposalState
from lms.approvals.permissions import DECIDE_PROPOSALS, READ_PROPOSALS
from lms.approvals.schemas import DecisionIn, ProposalOut
from lms.kernel.actor import Actor
from lms.kernel.paging import Page, PageRequest, page_of
from lms.kernel.work import Works


@get("", operation_id="listProposals", needs=READ_PROPOSALS)
async def list_proposals(
    works: Works,
    actor: Actor,
    page: PageRequest,
    wanted: Annotated[ProposalState | None, QueryParameter(name="state")] = None,
) -> Page[ProposalOut]:
    """Proposals, newest first."""
    async with works.read(actor) as work:
        rows = await queries.proposals(work.session, page, state=wanted)
    return page_of(rows, page, out=ProposalOut.of, key=lambda row: [str(row.id)])


@get("/{proposal_id:uuid}", operation_id="getProposal", needs=READ_PROPOSALS)
async def get_proposal(proposal_id: UUID, works: Works, actor: Actor) -> ProposalOut:
    """One proposal."""
    async with works.read(actor) as work:
        return ProposalOut.of(await queries.require_proposal(work.session, proposal_id))


@post(
    "/{proposal_id:uuid}/approval",
    operation_id="approveProposal",
    needs=DECIDE_PROPOSALS,
    status_code=200,
)
async def approve_proposal(
    proposal_id: UUID, data: DecisionIn, works: Works, actor: Actor, effects: Effects
) -> ProposalOut:
    """Approve as the second person: what was proposed happens now."""
    async with works.write(actor) as work:
        proposal = await service.approve(work, effects, proposal_id, data.reason)
    return ProposalOut.of(proposal)


@post(
    "/{proposal_id:uuid}/refusal",
    operation_id="refuseProposal",
    needs=DECIDE_PROPOSALS,
    status_code=200,
)
async def refuse_proposal(
    proposal_id: UUID, data: DecisionIn, works: Works, actor: Actor, effects: Effects
) -> ProposalOut:
    """Refuse as the second person."""
    async with works.write(actor) as work:
        proposal = await service.refuse(work, effects, proposal_id, data.reason)
    return ProposalOut.of(proposal)


@post(
    "/{proposal_id:uuid}/withdrawal",
    operation_id="withdrawProposal",
    needs=DECIDE_PROPOSALS,
    status_code=200,
)
async def withdraw_proposal(
    proposal_id: UUID, data: DecisionIn, works: Works, actor: Actor
) -> ProposalOut:
    """Take one's own proposal back."""
    async with works.write(actor) as work:
        proposal = await service.withdraw(work, proposal_id, data.reason)
    return ProposalOut.of(proposal)


router = Router(
    path="/proposals",
    route_handlers=[
        list_proposals,
        get_proposal,
        approve_proposal,
        refuse_proposal,
        withdraw_proposal,
    ],
)
