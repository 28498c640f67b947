"""Catalogue, schedule and enrolment put together for one process, for `lms/wiring.py`."""

from litestar import Router

from courses.catalogue import routes as catalogue_routes
from courses.enrolment import routes as enrolment_routes
from courses.enrolment import staff_routes
from courses.enrolment import subscriptions as enrolment_subscriptions
from courses.enrolment.attendance import routes as attendance_routes
from courses.enrolment.bulk import routes as bulk_routes
from courses.enrolment.ports import FloorsAbove
from courses.enrolment.progress import routes as progress_routes
from courses.enrolment.seat_returns import routes as seat_returns_routes
from courses.schedule import routes as schedule_routes
from lms.kernel.events import Handler, Tick

ROUTERS: tuple[Router, ...] = (
    catalogue_routes.router,
    schedule_routes.router,
    enrolment_routes.router,
    staff_routes.router,
    seat_returns_routes.router,
    bulk_routes.router,
    progress_routes.router,
    attendance_routes.router,
)

TICKS: tuple[Tick, ...] = (*enrolment_subscriptions.TICKS,)


def handlers(above: FloorsAbove) -> list[Handler]:
    """The handlers, with what they need from the floors above."""
    return [*enrolment_subscriptions.handlers(above.attempts)]
