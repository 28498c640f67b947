"""Flags on attempts at the API; for issuer staff. An attempt's own are in its record too."""

from typing import Annotated
from uuid import UUID

from litestar import Router, get, post
from litestar.params import QueryParameter

from courses.attempts.flags import queries, service
from courses.attempts.flags.queries import FlagState
from courses.attempts.flags.schemas import FlagIn, FlagOut, FlagSettlementIn
from courses.attempts.permissions import FLAG_ATTEMPTS, READ_ATTEMPTS
from lms.kernel.actor import Actor
from lms.kernel.idempotency import IdempotencyKey
from lms.kernel.paging import Page, PageRequest, page_of
from lms.kernel.work import Works


@post("/attempts/{attempt_id:uuid}/flags", operation_id="flagAttempt", needs=FLAG_ATTEMPTS)
async def flag_attempt(
    attempt_id: UUID, data: FlagIn, works: Works, actor: Actor, key: IdempotencyKey
) -> FlagOut:
    """Flag an attempt after a failed invigilation or a monitoring signal; no score changes."""
    async with works.write(actor, key) as work:
        raised = await service.raise_flag(work, attempt_id, data.kind, data.reason)
        return work.remember(FlagOut.of(raised))


@get("/attempt-flags", operation_id="listAttemptFlags", needs=READ_ATTEMPTS)
async def list_flags(
    works: Works,
    actor: Actor,
    page: PageRequest,
    wanted: Annotated[FlagState | None, QueryParameter(name="state")] = None,
    sitting_id: UUID | None = None,
) -> Page[FlagOut]:
    """Flags on others' attempts, newest first: of all sittings, or of one."""
    async with works.read(actor) as work:
        rows = await queries.flags(
            work.session, page, reader_id=actor.person, state=wanted, sitting_id=sitting_id
        )
    return page_of(rows, page, out=FlagOut.of, key=lambda row: [str(row.flag.id)])


@post(
    "/attempt-flags/{flag_id:uuid}/settlement",
    operation_id="settleAttemptFlag",
    needs=FLAG_ATTEMPTS,
    status_code=200,
)
async def settle_flag(flag_id: UUID, data: FlagSettlementIn, works: Works, actor: Actor) -> FlagOut:
    """Close a flag, saying what was found; it stays on the attempt."""
    async with works.write(actor) as work:
        return FlagOut.of(await service.settle_flag(work, flag_id, data.resolution))


router = Router(
    path="/",
    tags=["attempt flags"],
    route_handlers=[flag_attempt, list_flags, settle_flag],
)
