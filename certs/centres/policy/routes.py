"""The centre policy at the API: its versions, and proposals of another."""

from litestar import Router, get, post

from certs.centres.permissions import CHANGE_CENTRE_POLICY, OVERSEE_CENTRES
from certs.centres.policy import queries, service
from certs.centres.policy.schemas import PolicyIn, PolicyOut
from lms.approvals.schemas import ProposalOut
from lms.kernel.actor import Actor
from lms.kernel.idempotency import IdempotencyKey
from lms.kernel.work import Works


@get("/centre-policies", operation_id="listCentrePolicies", needs=OVERSEE_CENTRES)
async def list_policies(works: Works, actor: Actor) -> list[PolicyOut]:
    """Every version of the centre policy, newest first."""
    async with works.read(actor) as work:
        rows = await queries.policy_rows(work.session)
    return [PolicyOut.of(row) for row in rows] or [PolicyOut.first()]


@post("/centre-policies/proposals", operation_id="proposeCentrePolicy", needs=CHANGE_CENTRE_POLICY)
async def propose_policy(
    data: PolicyIn, works: Works, actor: Actor, key: IdempotencyKey
) -> ProposalOut:
    """Propose another policy from a day on, such as a higher threshold; a second person decides."""
    async with works.write(actor, key) as work:
        proposal = await service.propose_policy(
            work,
            effective_from=data.effective_from,
            document=data.document(),
            reason=data.reason,
        )
        return work.remember(ProposalOut.of(proposal))


router = Router(path="", route_handlers=[list_policies, propose_policy])
