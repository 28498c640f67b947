"""The composition root: the one module that knows every slice and puts them together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
from granian.utils.proxies import wrap_asgi_with_proxy_headers
from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.plugins.pydantic import PydanticPlugin
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncEngine

from lms import role_rights, wiring
from lms.kernel import db
from lms.kernel.actor import Actor
from lms.kernel.clock import Clock
from lms.kernel.work import Works
from lms.people.parts import People
from lms.serving.processes.orphans import die_with_parent
from lms.settings import Settings, settings
from lms.web import bodies, dependencies, problem_responses, system_routes
from lms.web.guard import guard
from lms.web.logs import configure_logs
from lms.web.request_context import RequestContext


@dataclass(frozen=True, slots=True)
class Platform:
    """What one process holds open: settings, database, clock and the wiring over them."""

    settings: Settings
    engine: AsyncEngine
    pool: asyncpg.Pool
    works: Works
    wiring: wiring.Wiring
    people: People


@asynccontextmanager
async def platform(chosen: Settings, clock: Clock | None = None) -> AsyncIterator[Platform]:
    """Open the database and wire the slices, for an API process, a worker or a command."""
    engine = db.engine(chosen.database_url, pool_size=chosen.pool_size)
    pool = await db.hot_pool(chosen.database_url, size=chosen.pool_size)
    try:
        wired = wiring.wire(chosen)
        works = Works(engine, pool, clock or wiring.clock_of(chosen), wired.handlers)
        people = People.of(chosen, works, role_rights.rights)
        yield Platform(chosen, engine, pool, works, wired, people)
    finally:
        await pool.close()
        await engine.dispose()


def create_app(chosen: Settings | None = None, clock: Clock | None = None) -> Litestar:
    """The ASGI application; Granian's factory."""
    configured = chosen or settings()
    configure_logs(configured)

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        die_with_parent()
        async with platform(configured, clock) as opened:
            app.state.platform = opened
            app.state.works = opened.works
            yield

    async def authenticate(header: str | None, request_id: str) -> Actor:
        opened: Platform = app.state.platform
        return await opened.people.authentication.actor_of(header, request_id)

    app = Litestar(
        route_handlers=_route_handlers(),
        lifespan=[lifespan],
        guards=[guard(authenticate)],
        dependencies=_dependencies(),
        exception_handlers=problem_responses.HANDLERS,
        plugins=[PydanticPlugin(), bodies.BodiesPlugin()],
        after_request=bodies.add_etag,
        openapi_config=system_routes.openapi_config(),
        request_max_body_size=configured.max_body_bytes,
        logging_config=None,
    )
    app.asgi_handler = RequestContext(app.asgi_handler)
    if configured.trusted_proxies:
        app.asgi_handler = wrap_asgi_with_proxy_headers(
            app.asgi_handler, trusted_hosts=list(configured.trusted_proxies)
        )
    wiring.check_routes(app)
    return app


def _route_handlers() -> list[ControllerRouterHandler]:
    return [
        Router(path="/api/v1", route_handlers=wiring.api_routers()),
        *wiring.root_routers(),
        *system_routes.HANDLERS,
    ]


def _dependencies() -> dict[str, Provide]:
    """What any route can ask for by name."""
    return {
        "actor": Provide(dependencies.provide_actor),
        "key": Provide(dependencies.provide_key),
        "expected": Provide(dependencies.provide_expected),
        "page": Provide(dependencies.provide_page),
        "works": Provide(_works, sync_to_thread=False),
        **wiring.dependencies(),
    }


def _works(state: State) -> Works:
    works: Works = state.works
    return works
