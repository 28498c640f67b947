"""Closing an open sitting early, at the API. Other changes of sittings: `courses/sittings`."""

from uuid import UUID

from litestar import Router, post

from courses.attempts.early_closing.schemas import EarlyClosingIn
from courses.attempts.early_closing.service import close_early
from courses.sittings.permissions import RUN_SITTINGS
from courses.sittings.schemas import SittingOut
from lms.kernel.actor import Actor
from lms.kernel.work import Works
from lms.web.dependencies import ExpectedRevision


@post(
    "/sittings/{sitting_id:uuid}/closing",
    operation_id="closeSittingEarly",
    needs=RUN_SITTINGS,
    status_code=200,
)
async def close_sitting_early(
    sitting_id: UUID, data: EarlyClosingIn, works: Works, actor: Actor, expected: ExpectedRevision
) -> SittingOut:
    """Close an open sitting earlier than was said, where no running attempt loses time by it.

    409 `attempts_would_lose_time` says how many would, and from when on none does.
    """
    async with works.write(actor) as work:
        closed = await close_early(work, sitting_id, data.closes_at, data.reason, expected)
        return SittingOut.of(closed)


router = Router(path="/", tags=["sittings"], route_handlers=[close_sitting_early])
