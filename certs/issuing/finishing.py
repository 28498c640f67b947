"""The tick that finishes what a crash, or a fault that was mended, left behind."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from uuid import UUID

import structlog

from certs.issuing.documents.signing import sign_certificate
from certs.issuing.orders import lock_order
from certs.issuing.queries import overdue_orders, unsigned_certificates
from certs.issuing.service import Press, fulfil
from lms.kernel.actor import Actor
from lms.kernel.work import Work, Works

PATIENCE = timedelta(seconds=30)
"""How long the event's own handler is given before the tick steps in."""

log = structlog.get_logger(__name__)


async def finish(press: Press, works: Works) -> None:
    """Try every overdue order again, and sign what is not signed; one's failure stops no other."""
    before = works.clock.now() - PATIENCE
    async with works.read(Actor.system("issuing.finish")) as work:
        due = await overdue_orders(work.session, before)
        unsigned = await unsigned_certificates(work.session, before)

    async def fulfil_one(work: Work, order_id: UUID) -> None:
        await fulfil(work, press, await lock_order(work, order_id))

    async def sign_one(work: Work, certificate_id: UUID) -> None:
        await sign_certificate(work, press, certificate_id)

    await _each(works, due, fulfil_one)
    await _each(works, unsigned, sign_one)


async def _each(
    works: Works, ids: Sequence[UUID], act: Callable[[Work, UUID], Awaitable[None]]
) -> None:
    for one in ids:
        try:
            async with works.write(Actor.system("issuing.finish")) as work:
                await act(work, one)
        except Exception:
            log.exception("unfinished certificate", id=str(one))
