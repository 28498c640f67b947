"""Documents of centres' awards: issued when one is decided, kept in line whenever it changes.

What is decided is read from the award itself, under the order's lock, so that deliveries may come
late, twice or out of order. What people decide shows on a document that is made already in their
own transaction: whoever verifies it is told so, whether or not the worker runs.
"""

from uuid import UUID

from certs.centres.decisions.models import CentreAward, CentreAwardState
from certs.centres.decisions.rules import DecisionKind
from certs.issuing.changes.history import step, tell
from certs.issuing.changes.status import NEXT, Happened, Status
from certs.issuing.models import Certificate, OrderState
from certs.issuing.orders import lock_order_of_centre_award, order_for_centre_award
from certs.issuing.queries import (
    latest_centre_decision,
    require_certificate,
    standing_certificate_of_centre_award,
)
from certs.issuing.service import Press, fulfil
from lms.kernel.locks import Locked, lock
from lms.kernel.work import Work

DECIDED_AS = {
    Happened.SUSPENDED: DecisionKind.SUSPEND,
    Happened.REINSTATED: DecisionKind.REINSTATE,
    Happened.REVOKED: DecisionKind.REVOKE,
    Happened.VOID: DecisionKind.VOID,
    Happened.LAPSED: DecisionKind.LAPSE,
}
OF_ITSELF = "the centre is not registered any more"
"""Why a certificate lapses that nobody decided on by hand."""


async def follow_centre_award(work: Work, press: Press, centre_award_id: UUID) -> None:
    """Issue the document that is due, or let happen to it what happened to its award."""
    order = await order_for_centre_award(work, centre_award_id)
    if order.state is OrderState.OPEN:
        await fulfil(work, press, order)
    else:
        await _follow(work, centre_award_id)


async def follow_at_once(work: Work, centre_award_id: UUID) -> None:
    """Let happen to the document, if it is made, what was just decided about its award.

    One that is being made at this moment is brought in line by the decision's event.
    """
    order = await lock_order_of_centre_award(work, centre_award_id)
    if order is not None and order.state is OrderState.DONE:
        await _follow(work, centre_award_id)


async def _follow(work: Work, centre_award_id: UUID) -> None:
    """Move the document on; its order is locked."""
    found = await standing_certificate_of_centre_award(work.session, centre_award_id)
    if found is None:
        return
    await lock(work, Locked.CERTIFICATE, [found.id])
    certificate = await require_certificate(work.session, found.id)
    award = await work.session.get_one(CentreAward, centre_award_id, populate_existing=True)
    happened = _due(certificate, award)
    if happened is None or happened not in NEXT[certificate.status]:
        return
    decision = await latest_centre_decision(work.session, centre_award_id, DECIDED_AS[happened])
    await step(
        work,
        certificate,
        happened,
        reason=decision.reason or OF_ITSELF,
        decided_by=decision.decided_by,
        at=decision.at,
    )
    await tell(work, certificate, happened)


def _due(certificate: Certificate, award: CentreAward) -> Happened | None:
    """What has happened to the award and not yet to its document.

    One that reaches its last day stays in force by its state: its document simply expires.
    """
    match award.state:
        case CentreAwardState.IN_FORCE:
            return Happened.REINSTATED if certificate.status is Status.SUSPENDED else None
        case CentreAwardState.SUSPENDED:
            return Happened.SUSPENDED
        case CentreAwardState.REVOKED:
            return Happened.REVOKED
        case CentreAwardState.VOID:
            return Happened.VOID
        case CentreAwardState.LAPSED:
            return Happened.LAPSED
