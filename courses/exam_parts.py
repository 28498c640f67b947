"""The exams put together for one process: routers, effects and ticks, for `lms/wiring.py`."""

from litestar import Router

from courses.attempts import routes as attempts_routes
from courses.attempts.early_closing import routes as early_closing_routes
from courses.attempts.extra_time import routes as extra_time_routes
from courses.attempts.flags import routes as flags_routes
from courses.papers import routes as papers_routes
from courses.papers import subscriptions as papers_subscriptions
from courses.questions import routes as questions_routes
from courses.results import routes as results_routes
from courses.results import subscriptions as results_subscriptions
from courses.results import ticks as results_ticks
from courses.results.regrades import routes as regrades_routes
from courses.sittings import routes as sittings_routes
from lms.approvals.effects import Effect
from lms.kernel.events import Tick

ROUTERS: tuple[Router, ...] = (
    questions_routes.router,
    papers_routes.router,
    sittings_routes.router,
    attempts_routes.router,
    extra_time_routes.router,
    early_closing_routes.router,
    flags_routes.router,
    results_routes.router,
    regrades_routes.router,
)

EFFECTS: tuple[Effect, ...] = (
    *papers_subscriptions.EFFECTS,
    *results_subscriptions.EFFECTS,
)

TICKS: tuple[Tick, ...] = (*results_ticks.TICKS,)
