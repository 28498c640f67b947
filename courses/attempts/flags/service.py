"""Raising flags on attempts and settling them; neither touches the attempt or its result.

Whatever a flag leads to is another verb's, with its own rules: a regrade, say, or a revocation.
"""

from uuid import UUID

from courses.attempts.flags.models import AttemptFlag, AttemptFlagSettlement, FlagKind
from courses.attempts.flags.queries import Flagged, require_flag
from courses.attempts.permissions import FLAG_ATTEMPTS
from courses.attempts.queries import require_attempt
from lms.approvals.own_matter import require_others_matter
from lms.audit.service import record
from lms.kernel.problems import Conflict
from lms.kernel.work import Work


async def raise_flag(work: Work, attempt_id: UUID, kind: FlagKind, reason: str) -> Flagged:
    """Flag an attempt, running or over.

    Raises:
        NotFound: there is no such attempt.
        Conflict: it is the actor's own.
    """
    work.actor.require(FLAG_ATTEMPTS)
    attempt = await require_attempt(work.session, attempt_id)
    require_others_matter(work, attempt.person_id)
    flag = AttemptFlag(
        id=work.new_id(),
        attempt_id=attempt_id,
        kind=kind,
        reason=reason,
        raised_by=work.actor.person,
        raised_at=work.now(),
    )
    work.session.add(flag)
    await work.session.flush()
    await record(
        work,
        action="attempt.flagged",
        subject=("attempt", attempt_id),
        after={"flag_id": flag.id, "kind": kind.value},
        reason=reason,
    )
    return Flagged(flag, None, attempt)


async def settle_flag(work: Work, flag_id: UUID, resolution: str) -> Flagged:
    """Say what was found about a flag; that stays, and whoever comes second is told so.

    Raises:
        NotFound: there is no such flag.
        Conflict: it has been settled, or is on the actor's own attempt.
    """
    work.actor.require(FLAG_ATTEMPTS)
    flag, settled, attempt = await require_flag(work.session, flag_id)
    require_others_matter(work, attempt.person_id)
    if settled is not None:
        raise Conflict("flag_settled", "a new doubt is a new flag")
    settlement = AttemptFlagSettlement(
        flag_id=flag_id,
        resolution=resolution,
        settled_by=work.actor.person,
        settled_at=work.now(),
    )
    work.session.add(settlement)
    await work.session.flush()
    await record(
        work,
        action="attempt.flag-settled",
        subject=("attempt", attempt.id),
        after={"flag_id": flag_id, "kind": flag.kind.value},
        reason=resolution,
    )
    return Flagged(flag, settlement, attempt)
