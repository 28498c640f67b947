"""Deliveries that are held: seen by issuer staff, and released once their cause is mended."""

from uuid import UUID

from litestar import Router, get, post

from lms.deliveries import queries, service
from lms.deliveries.permissions import READ_DELIVERIES, RELEASE_DELIVERIES
from lms.deliveries.schemas import HeldDeliveryOut
from lms.kernel.actor import Actor
from lms.kernel.paging import Page, PageRequest, page_of
from lms.kernel.queue import Delivery
from lms.kernel.work import Works


@get("", operation_id="listHeldDeliveries", needs=READ_DELIVERIES)
async def list_held(works: Works, actor: Actor, page: PageRequest) -> Page[HeldDeliveryOut]:
    """Deliveries that stopped after too many starts and wait for a person."""
    async with works.read(actor) as work:
        rows = await queries.held(work.session, page)
    return page_of(
        rows, page, out=HeldDeliveryOut.of, key=lambda row: [str(row.event_id), row.handler]
    )


@post(
    "/{event_id:uuid}/{handler:str}/release",
    operation_id="releaseHeldDelivery",
    needs=RELEASE_DELIVERIES,
    status_code=204,
)
async def release(event_id: UUID, handler: str, works: Works, actor: Actor) -> None:
    """Let a held delivery start again.

    Raises:
        NotFound: no such delivery is held.
    """
    async with works.write(actor) as work:
        await service.release(work, Delivery(event_id, handler))


router = Router(path="/held-deliveries", route_handlers=[list_held, release], tags=["operations"])
