"""All centres at the API, for the issuer's staff."""

from typing import Annotated
from uuid import UUID

from litestar import Router, get
from litestar.params import QueryParameter

from certs.centres.decisions.queries import decisions, require_decision
from certs.centres.decisions.schemas import DecisionOut, DecisionWithEvidenceOut
from certs.centres.health.rules import Health
from certs.centres.permissions import OVERSEE_CENTRES
from certs.centres.standing.oversight import standings
from certs.centres.standing.schemas import CentreLineOut
from lms.kernel.actor import Actor
from lms.kernel.paging import Page, PageRequest, page_of
from lms.kernel.work import Works


@get("/centre-standings", operation_id="listCentreStandings", needs=OVERSEE_CENTRES)
async def list_standings(
    works: Works,
    actor: Actor,
    page: PageRequest,
    wanted: Annotated[Health | None, QueryParameter(name="health")] = None,
) -> Page[CentreLineOut]:
    """Every evaluated centre with its fraction, health and certificate."""
    async with works.read(actor) as work:
        rows = await standings(work.session, page, work.now(), health=wanted)
    return page_of(rows, page, out=CentreLineOut.of, key=lambda row: [str(row.centre_id)])


@get("/centre-decisions", operation_id="listAllCentreDecisions", needs=OVERSEE_CENTRES)
async def list_decisions(
    works: Works,
    actor: Actor,
    page: PageRequest,
    centre_id: UUID | None = None,
    roster_fell: bool | None = None,
) -> Page[DecisionOut]:
    """Decisions on all centres, newest first; `roster_fell` finds those after a shrunken roster."""
    async with works.read(actor) as work:
        rows = await decisions(work.session, page, centre_id=centre_id, roster_fell=roster_fell)
    return page_of(rows, page, out=DecisionOut.of, key=lambda row: [str(row.id)])


@get(
    "/centre-decisions/{decision_id:uuid}",
    operation_id="getAnyCentreDecision",
    needs=OVERSEE_CENTRES,
)
async def get_decision(decision_id: UUID, works: Works, actor: Actor) -> DecisionWithEvidenceOut:
    """One decision with its frozen evidence."""
    async with works.read(actor) as work:
        return DecisionWithEvidenceOut.of(await require_decision(work.session, decision_id))


router = Router(path="", route_handlers=[list_standings, list_decisions, get_decision])
