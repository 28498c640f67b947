"""What the centre certificate plugs in: handlers, ticks, acts for two people, routers."""

from litestar import Router

from certs.centres.cases import look_back, reconciler
from certs.centres.cases import routes as case_routes
from certs.centres.evaluations.midnight import MIDNIGHT
from certs.centres.evaluations.policy_change import ON_POLICY_CHANGED
from certs.centres.permissions import CHANGE_CENTRE_POLICY, SANCTION_CENTRES
from certs.centres.policy import routes as policy_routes
from certs.centres.policy import service as policies
from certs.centres.register import routes as register_routes
from certs.centres.sanctions import routes as sanction_routes
from certs.centres.sanctions import service as sanctions
from certs.centres.standing import oversight_routes
from certs.centres.standing import routes as standing_routes
from lms.approvals.effects import Effect
from lms.kernel.events import Handler, Tick

HANDLERS: list[Handler] = [
    ON_POLICY_CHANGED,
    look_back.ON_STATUS_CHANGED,
    look_back.ON_AWARD_ENDED,
]
TICKS: tuple[Tick, ...] = (MIDNIGHT, look_back.LOOK_BACK, reconciler.RECONCILE)
EFFECTS: list[Effect] = [
    Effect(policies.KIND, CHANGE_CENTRE_POLICY, policies.apply_policy),
    Effect(sanctions.REVOKE, SANCTION_CENTRES, sanctions.apply_revocation),
    Effect(sanctions.LIFT, SANCTION_CENTRES, sanctions.apply_lifting),
]
ROUTERS: list[Router] = [
    standing_routes.router,
    oversight_routes.router,
    sanction_routes.router,
    policy_routes.router,
    case_routes.router,
    register_routes.router,
]
