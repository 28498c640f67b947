"""The companies' floor put together: what the composition takes from it."""

from datetime import timedelta

from litestar import Router

from lms.kernel.events import Handler, Tick
from lms.orgs.centres import routes as centres_routes
from lms.orgs.imports import routes as imports_routes
from lms.orgs.imports.service import forget_past
from lms.orgs.invitations import answer_routes as invitation_answer_routes
from lms.orgs.invitations import routes as invitations_routes
from lms.orgs.invitations import subscriptions as invitations_subscriptions
from lms.orgs.organisations import routes as organisations_routes
from lms.orgs.roster import routes as roster_routes
from lms.orgs.staff import own_routes as staff_own_routes
from lms.orgs.staff import routes as staff_routes
from lms.orgs.staff.ends import TELL_ENDS

ROUTERS: tuple[Router, ...] = (
    organisations_routes.router,
    centres_routes.router,
    staff_routes.router,
    staff_own_routes.router,
    roster_routes.router,
    imports_routes.router,
    invitations_routes.router,
    invitation_answer_routes.router,
)

HANDLERS: tuple[Handler, ...] = invitations_subscriptions.HANDLERS
TICKS: tuple[Tick, ...] = (
    Tick("orgs.forget-roster-files", timedelta(hours=6), forget_past),
    TELL_ENDS,
)
