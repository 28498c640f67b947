"""Awards and candidates at the API."""

from typing import Annotated
from uuid import UUID

from litestar import Router, get, post
from litestar.params import QueryParameter

from certs.awards import queries
from certs.awards.decisions import decide_candidates
from certs.awards.models import CandidateState
from certs.awards.permissions import DECIDE_AWARDS, READ_AWARDS
from certs.awards.ports import CentreFractions
from certs.awards.schemas import (
    AwardOut,
    CandidateDecisionIn,
    CandidateOut,
    DecidedOut,
    WithoutResultIn,
)
from certs.awards.without_result import propose_without_result
from lms.approvals.schemas import ProposalOut
from lms.kernel.actor import Actor
from lms.kernel.idempotency import IdempotencyKey
from lms.kernel.paging import Page, PageRequest, page_of
from lms.kernel.work import Works


@get("/awards", operation_id="listAwards", needs=READ_AWARDS)
async def list_awards(
    works: Works,
    actor: Actor,
    page: PageRequest,
    person_id: UUID | None = None,
    course_code: str | None = None,
    result_withdrawn: bool | None = None,
) -> Page[AwardOut]:
    """Awards, newest first; `result_withdrawn` finds those whose result was taken back."""
    async with works.read(actor) as work:
        rows = await queries.awards(
            work.session,
            page,
            person_id=person_id,
            course_code=course_code,
            result_withdrawn=result_withdrawn,
        )
    return page_of(rows, page, out=AwardOut.of, key=lambda row: [str(row.id)])


@get("/award-candidates", operation_id="listAwardCandidates", needs=READ_AWARDS)
async def list_candidates(
    works: Works,
    actor: Actor,
    page: PageRequest,
    wanted: Annotated[CandidateState, QueryParameter(name="state")] = CandidateState.WAITING,
) -> Page[CandidateOut]:
    """Passes that wait for a decision, longest waiting first."""
    async with works.read(actor) as work:
        rows = await queries.candidates(work.session, page, state=wanted)
    return page_of(rows, page, out=CandidateOut.of, key=lambda row: [str(row.id)])


@post("/award-candidates/decisions", operation_id="decideAwardCandidates", needs=DECIDE_AWARDS)
async def post_decisions(
    data: CandidateDecisionIn,
    works: Works,
    actor: Actor,
    key: IdempotencyKey,
    fractions: CentreFractions,
) -> DecidedOut:
    """Decide on candidates, one or a batch: all, or none and every reason."""
    async with works.write(actor, key) as work:
        made = await decide_candidates(work, fractions, data)
        return work.remember(
            DecidedOut(decided=len(set(data.candidate_ids)), award_ids=[row.id for row in made])
        )


@post("/awards/without-result", operation_id="proposeAwardsWithoutResult", needs=DECIDE_AWARDS)
async def post_without_result(
    data: WithoutResultIn, works: Works, actor: Actor, key: IdempotencyKey
) -> ProposalOut:
    """Propose awards that no result here stands behind; a second person makes them."""
    async with works.write(actor, key) as work:
        return work.remember(ProposalOut.of(await propose_without_result(work, data)))


router = Router(
    path="/",
    route_handlers=[list_awards, list_candidates, post_decisions, post_without_result],
    tags=["awards"],
)
