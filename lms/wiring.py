"""Which slice is plugged into which: routers, handlers, ticks, effects, ports.

Split from `lms/app.py` so that the worker and the commands are wired by the same table.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.di import Provide

from certs import notices as certs_notices
from certs import parts as certs
from certs.issuing import queries as issuing_queries
from courses import exam_parts as exams
from courses import learning_parts as learning
from courses import notices as learning_notices
from courses.attempts import queries as attempts_queries
from courses.enrolment.ports import FloorsAbove
from courses.results import queries as results_queries
from lms import role_rights
from lms.approvals import routes as approvals_routes
from lms.approvals.effects import Effect, Effects
from lms.approvals.permissions import DECIDE_PROPOSALS
from lms.audit import routes as audit_routes
from lms.deliveries import routes as deliveries_routes
from lms.kernel import queue, ratelimit
from lms.kernel.actor import PUBLIC, SIGNED_IN, Permission
from lms.kernel.clock import Clock, OffsetClock, SystemClock
from lms.kernel.events import Handlers, Tick
from lms.notify import accounts as notify_accounts
from lms.notify import proposals as notify_proposals
from lms.notify import subscriptions as notify_subscriptions
from lms.notify.equipment import postman_of
from lms.orgs import parts as orgs
from lms.orgs.ports import FractionListener
from lms.people import parts as people
from lms.settings import Settings

TICKS: tuple[Tick, ...] = (
    Tick("queue.requeue-lost", timedelta(minutes=1), queue.requeue_lost),
    Tick("queue.forget-log", timedelta(hours=1), queue.forget_log),
    Tick("ratelimit.forget-past", timedelta(minutes=10), ratelimit.forget_past),
)


ABOVE_ENROLMENT = FloorsAbove(
    certificates=issuing_queries,
    attempts=attempts_queries,
    results=results_queries,
)
"""What enrolment asks of the floors above it."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """What the slices add up to under one set of settings."""

    handlers: Handlers
    effects: Effects
    ticks: tuple[Tick, ...]


def wire(chosen: Settings) -> Wiring:
    """Plug the slices together."""
    acts = Effects(effects())

    def deciders(kind: str) -> frozenset[str]:
        return role_rights.roles_with(DECIDE_PROPOSALS, acts[kind].permission)

    return Wiring(
        handlers=Handlers(
            [
                *notify_subscriptions.handlers(people.link_secret(chosen)),
                *notify_accounts.HANDLERS,
                *notify_proposals.handlers(deciders),
                *orgs.HANDLERS,
                *learning.handlers(ABOVE_ENROLMENT),
                *certs.handlers(chosen),
                *learning_notices.HANDLERS,
                *certs_notices.HANDLERS,
            ]
        ),
        effects=acts,
        ticks=(
            *TICKS,
            *people.ticks(chosen),
            *learning.TICKS,
            *orgs.TICKS,
            *exams.TICKS,
            *postman_of(chosen).ticks(),
            *certs.ticks(chosen),
        ),
    )


def clock_of(chosen: Settings) -> Clock:
    """The system's clock; moved only for a demonstration (settings refuse it elsewhere)."""
    if chosen.clock_offset_seconds:
        return OffsetClock(timedelta(seconds=chosen.clock_offset_seconds))
    return SystemClock()


def api_routers() -> list[Router]:
    """The routers below /api/v1."""
    return [
        approvals_routes.router,
        audit_routes.router,
        deliveries_routes.router,
        *people.ROUTERS,
        *orgs.ROUTERS,
        *learning.ROUTERS,
        *exams.ROUTERS,
        *certs.ROUTERS,
    ]


def root_routers() -> list[Router]:
    """The routers with addresses of their own, such as /verify."""
    return [*certs.ROOT_ROUTERS]


def effects() -> list[Effect]:
    """What approved proposals do."""
    return [*people.EFFECTS, *exams.EFFECTS, *certs.effects()]


def dependencies() -> dict[str, Provide]:
    """What routes of slices ask for by name, beside the web floor's own."""
    return {
        "effects": Provide(_effects, sync_to_thread=False),
        "fractions": Provide(_fractions, sync_to_thread=False),
        "above": Provide(_above_enrolment, sync_to_thread=False),
        **people.dependencies(),
        **certs.dependencies(),
    }


def _above_enrolment() -> FloorsAbove:
    return ABOVE_ENROLMENT


def _effects(state: State) -> Effects:
    effects: Effects = state.platform.wiring.effects
    return effects


def _fractions() -> FractionListener:
    return certs.fractions()


def _of_litestar(path: str, methods: set[str]) -> bool:
    """Routes that the framework adds by itself, all public: OPTIONS, and the contract."""
    return methods == {"OPTIONS"} or path == "/schema" or path.startswith("/schema/")


def check_routes(app: Litestar) -> None:
    """Refuse to start with a route that names no permission, or one that no role is given.

    Raises:
        RuntimeError: with every such route.
    """
    given = {permission for role in role_rights.ROLES.values() for permission in role}
    faults = []
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            needs: Any = handler.opt.get("needs")
            if _of_litestar(route.path, handler.http_methods) or needs in (PUBLIC, SIGNED_IN):
                continue
            if not isinstance(needs, Permission) or needs not in given:
                faults.append(f"{sorted(handler.http_methods)} {route.path}: needs={needs!r}")
    if faults:
        raise RuntimeError("routes outside the policy table: " + "; ".join(faults))
