"""Sanctions at the API: suspend and reinstate, propose a revocation, bars and their lifting."""

from uuid import UUID

from litestar import Router, get, post

from certs.centres.permissions import OVERSEE_CENTRES, SANCTION_CENTRES
from certs.centres.sanctions import queries, service
from certs.centres.sanctions.schemas import BarOut, InvestigationIn, RevocationIn, SanctionReasonIn
from certs.centres.standing.oversight import standing_of
from certs.centres.standing.schemas import CentreLineOut
from lms.approvals.schemas import ProposalOut
from lms.kernel.actor import Actor
from lms.kernel.idempotency import IdempotencyKey
from lms.kernel.paging import Page, PageRequest, page_of
from lms.kernel.work import Works


@post(
    "/centre-certificates/{centre_id:uuid}/suspension",
    operation_id="suspendCentreCertificate",
    needs=SANCTION_CENTRES,
    status_code=200,
)
async def suspend(
    centre_id: UUID, data: SanctionReasonIn, works: Works, actor: Actor
) -> CentreLineOut:
    """Suspend a centre's certificate. Meeting the rule does not cure it."""
    async with works.write(actor) as work:
        await service.suspend(work, centre_id, data.reason)
        return CentreLineOut.of(await standing_of(work.session, centre_id, work.now()))


@post(
    "/centre-certificates/{centre_id:uuid}/reinstatement",
    operation_id="reinstateCentreCertificate",
    needs=SANCTION_CENTRES,
    status_code=200,
)
async def reinstate(
    centre_id: UUID, data: SanctionReasonIn, works: Works, actor: Actor
) -> CentreLineOut:
    """End the suspension of a centre's certificate."""
    async with works.write(actor) as work:
        await service.reinstate(work, centre_id, data.reason)
        return CentreLineOut.of(await standing_of(work.session, centre_id, work.now()))


@post(
    "/centre-certificates/{centre_id:uuid}/revocation-proposals",
    operation_id="proposeCentreRevocation",
    needs=SANCTION_CENTRES,
)
async def propose_revocation(
    centre_id: UUID, data: RevocationIn, works: Works, actor: Actor, key: IdempotencyKey
) -> ProposalOut:
    """Propose to revoke a centre's certificate; a second person decides, and a bar is set."""
    async with works.write(actor, key) as work:
        proposal = await service.propose_revocation(
            work,
            centre_id,
            reason=data.reason,
            from_issue=data.from_issue,
            until_day=data.until_day,
        )
        return work.remember(ProposalOut.of(proposal))


@get("/centre-bars", operation_id="listCentreBars", needs=OVERSEE_CENTRES)
async def list_bars(
    works: Works, actor: Actor, page: PageRequest, centre_id: UUID | None = None
) -> Page[BarOut]:
    """Holds on automatic issue, newest first."""
    async with works.read(actor) as work:
        rows = await queries.bars(work.session, page, centre_id=centre_id)
    return page_of(rows, page, out=BarOut.of, key=lambda row: [str(row.id)])


@post("/centre-bars", operation_id="openCentreInvestigation", needs=SANCTION_CENTRES)
async def open_investigation(
    data: InvestigationIn, works: Works, actor: Actor, key: IdempotencyKey
) -> BarOut:
    """Hold a centre's automatic issue while it is investigated."""
    async with works.write(actor, key) as work:
        bar = await service.open_investigation(work, data.centre_id, data.reason, data.until_day)
        return work.remember(BarOut.of(bar))


@post(
    "/centre-bars/{bar_id:uuid}/lifting-proposals",
    operation_id="proposeBarLifting",
    needs=SANCTION_CENTRES,
)
async def propose_lifting(
    bar_id: UUID, data: SanctionReasonIn, works: Works, actor: Actor, key: IdempotencyKey
) -> ProposalOut:
    """Propose to lift a bar; a second person decides."""
    async with works.write(actor, key) as work:
        return work.remember(
            ProposalOut.of(await service.propose_lifting(work, bar_id, data.reason))
        )


HANDLERS = [suspend, reinstate, propose_revocation, list_bars, open_investigation, propose_lifting]
router = Router(path="", route_handlers=HANDLERS)
