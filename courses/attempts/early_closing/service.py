"""Closing a sitting that has opened earlier than was said: nobody who is writing loses time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from courses.attempts import queries
from courses.attempts.deadline import Window
from courses.attempts.models import Attempt
from courses.attempts.recomputing import deadline_under
from courses.sittings.models import Sitting
from courses.sittings.permissions import RUN_SITTINGS
from courses.sittings.queries import require_sitting
from lms.audit.service import record
from lms.kernel.problems import Conflict, Fault, Invalid
from lms.kernel.work import Work
from lms.web.dependencies import ExpectedRevision


async def close_early(
    work: Work,
    sitting_id: UUID,
    closes_at: datetime | None,
    reason: str,
    expected: ExpectedRevision,
) -> Sitting:
    """Bring an open sitting's closing forward, to now where no instant is said.

    The sitting is locked before the attempts are read, and a start looks at it again under its
    own lock: so whoever began in time is seen here, and whoever comes later finds it closed.

    Raises:
        NotFound: there is no such sitting.
        StaleRevision: somebody changed it in the meantime.
        Conflict: it is not open, or running attempts would lose time: how many, and from when not.
        Invalid: the instant is past, or does not bring the closing forward.
    """
    work.actor.require(RUN_SITTINGS)
    sitting = await require_sitting(work.session, sitting_id, locked=True)
    expected.check(sitting.revision)
    _require_open(sitting, work.now())
    closing = closes_at or work.now()
    if faults := _faults(sitting, closing, work.now()):
        raise Invalid(faults)
    running = await queries.running_in(work.session, work.now(), sitting_id)
    _require_fair(running, sitting, closing)
    before = sitting.closes_at
    sitting.closes_at = closing
    sitting.revision += 1
    await record(
        work,
        action="sitting.closed-early",
        subject=("sitting", sitting_id),
        before={"closes_at": before},
        after={"closes_at": closing},
        reason=reason,
    )
    return sitting


def _require_open(sitting: Sitting, now: datetime) -> None:
    if sitting.cancelled_at is not None:
        raise Conflict("sitting_cancelled")
    if now < sitting.opens_at:
        raise Conflict("sitting_not_open", "until it opens it is edited or called off")
    if sitting.closes_at <= now:
        raise Conflict("sitting_closed")


def _faults(sitting: Sitting, closing: datetime, now: datetime) -> list[Fault]:
    if closing < now:
        return [Fault("/closes_at", "past", "what has been done until now stays done")]
    if closing <= sitting.opens_at:
        return [Fault("/closes_at", "order", "it closes before it opens")]
    if closing >= sitting.closes_at:
        return [Fault("/closes_at", "later", "it closes then or before; grants give more time")]
    return []


def _require_fair(running: Sequence[Attempt], sitting: Sitting, closing: datetime) -> None:
    window = Window(sitting.opens_at, closing)
    losing = [one for one in running if deadline_under(one, window) < one.deadline_at]
    if losing:
        needed = max(one.started_at + timedelta(minutes=one.limit_minutes) for one in losing)
        fair = min(needed, sitting.closes_at)
        raise Conflict(
            "attempts_would_lose_time",
            f"{len(losing)} are running that need the sitting for longer",
            extra={"attempts": len(losing), "from": fair.isoformat()},
        )
