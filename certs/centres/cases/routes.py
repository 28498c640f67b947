"""Cases at the API: read them, settle them."""

from typing import Annotated
from uuid import UUID

from litestar import Router, get, post
from litestar.params import QueryParameter

from certs.centres.cases import queries, service
from certs.centres.cases.models import CaseState
from certs.centres.cases.schemas import CaseOut, SettlementIn
from certs.centres.permissions import OVERSEE_CENTRES, SETTLE_CASES
from lms.kernel.actor import Actor
from lms.kernel.paging import Page, PageRequest, page_of
from lms.kernel.work import Works
from lms.web.dependencies import ExpectedRevision


@get("/centre-cases", operation_id="listCentreCases", needs=OVERSEE_CENTRES)
async def list_cases(
    works: Works,
    actor: Actor,
    page: PageRequest,
    wanted: Annotated[CaseState | None, QueryParameter(name="state")] = None,
    centre_id: UUID | None = None,
) -> Page[CaseOut]:
    """Decisions on centres that a person has to look at again, newest first."""
    async with works.read(actor) as work:
        rows = await queries.cases(work.session, page, state=wanted, centre_id=centre_id)
    return page_of(rows, page, out=CaseOut.of, key=lambda row: [str(row.id)])


@get("/centre-cases/{case_id:uuid}", operation_id="getCentreCase", needs=OVERSEE_CENTRES)
async def get_case(case_id: UUID, works: Works, actor: Actor) -> CaseOut:
    """One case."""
    async with works.read(actor) as work:
        return CaseOut.of(await queries.require_case(work.session, case_id))


@post(
    "/centre-cases/{case_id:uuid}/settlement",
    operation_id="settleCentreCase",
    needs=SETTLE_CASES,
    status_code=200,
)
async def settle_case(
    case_id: UUID, data: SettlementIn, works: Works, actor: Actor, expected: ExpectedRevision
) -> CaseOut:
    """Close a case, saying what was found and done."""
    async with works.write(actor) as work:
        return CaseOut.of(await service.settle_case(work, case_id, expected, data.resolution))


router = Router(path="", route_handlers=[list_cases, get_case, settle_case])
