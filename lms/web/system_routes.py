"""Routes of the platform itself: health, metrics, the contract."""

import hmac
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import structlog
from litestar import Request, Response, Router, get
from litestar.datastructures import State
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme
from litestar.status_codes import HTTP_404_NOT_FOUND

from lms.kernel import metrics, revisions
from lms.kernel.actor import PUBLIC
from lms.kernel.problems import NotFound, Problem
from lms.kernel.schema import Out
from lms.kernel.work import Works
from lms.settings import Environment, Settings
from lms.web.contract.document import Contract, TryOut
from lms.web.problem_pages import problem_page

QUEUE_STATE = """
    SELECT count(*) FILTER (WHERE held_at IS NULL) AS lms_queue_waiting,
           count(*) FILTER (WHERE held_at IS NOT NULL) AS lms_queue_held
    FROM event_delivery WHERE done_at IS NULL
"""
DOCS_ASSETS = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui-standalone-preset.js": "text/javascript",
    "swagger-ui.css": "text/css",
}
LOOPBACK = {"127.0.0.1", "::1"}

log = structlog.get_logger(__name__)


class HealthOut(Out):
    status: str


@get("/health/live", needs=PUBLIC, operation_id="healthLive", tags=["system"])
async def live() -> HealthOut:
    """The process answers."""
    return HealthOut(status="live")


@get("/health/ready", needs=PUBLIC, operation_id="healthReady", tags=["system"])
async def ready(works: Works) -> HealthOut:
    """The process and its database answer, and no migration of this release is missing.

    Raises:
        Problem: `unavailable`, it is not so.
    """
    try:
        behind = await revisions.is_behind(works.pool)
    except Exception as error:
        raise Problem("the database does not answer", code="unavailable") from error
    if behind:
        raise Problem("the database waits for its migration", code="unavailable")
    return HealthOut(status="ready")


@get("/metrics", needs=PUBLIC, operation_id="metrics", include_in_schema=False)
async def prometheus(request: Request[Any, Any, Any], state: State) -> Response[bytes]:
    """Metrics for Prometheus: with LMS_METRICS_TOKEN as bearer, or from this machine without one.

    In production the token alone counts: behind a proxy everybody comes from this machine.

    Raises:
        NotFound: for everybody else.
    """
    chosen: Settings = state.platform.settings
    token = chosen.metrics_token.get_secret_value()
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    local = request.client is not None and request.client.host in LOOPBACK
    trusted = local and chosen.env is not Environment.PRODUCTION
    if not (hmac.compare_digest(given.encode(), token.encode()) if token else trusted):
        raise NotFound
    text = metrics.exposition(await _queue_state(state.works))
    return Response(text, headers={"Content-Type": metrics.CONTENT_TYPE_LATEST})


async def _queue_state(works: Works) -> dict[str, int]:
    """Jobs by state; nothing while the database does not answer: the other metrics still do."""
    try:
        return dict(await works.pool.fetchrow(QUEUE_STATE, timeout=2))
    except Exception as error:  # noqa: BLE001 - whatever ails the database ails no other metric
        log.warning("no state of the queue for the metrics", error=repr(error))
        return {}


@get(
    "/docs-assets/{name:str}",
    needs=PUBLIC,
    operation_id="getDocsAsset",
    include_in_schema=False,
    sync_to_thread=True,
)
def docs_asset(name: str) -> Response[bytes]:
    """Swagger UI's own files, from this server, so that the docs need no other host.

    Raises:
        NotFound: not one of the three files that the page loads.
    """
    media_type = DOCS_ASSETS.get(name)
    if media_type is None:
        raise NotFound
    spec = find_spec("swagger_ui")
    folder = Path((spec.submodule_search_locations or [""])[0] if spec else "")
    content = (folder / "static" / name).read_bytes()
    return Response(content, media_type=media_type, headers={"Cache-Control": "max-age=86400"})


HANDLERS = [live, ready, prometheus, problem_page, docs_asset]


FIRST_WORDS = """\
Sign in at `POST /api/v1/auth/token` and send the access token as `Authorization: Bearer …`.

- Problems are `application/problem+json` (RFC 9457); a 422 names every fault with its pointer.
- Lists answer `items` and `next_cursor`; send that as `cursor`, with a `limit` of at most 100.
- What has a `revision` answers an `ETag`; edits send it back as `If-Match`.
- A POST that creates takes an `Idempotency-Key`: a repeat is the same success.
- Instants are in UTC; a date is a whole day in its centre's, or the issuer's, time zone.
"""


async def _no_page(response: Response[Any]) -> Response[Any]:
    """Litestar answers unknown addresses below /schema with a page of its own; ours are problems.

    Raises:
        NotFound: it is such a page.
    """
    if response.status_code == HTTP_404_NOT_FOUND:
        raise NotFound
    return response


def openapi_config() -> OpenAPIConfig:
    """The contract, at /schema/openapi.json, and to try out at /schema/swagger."""
    contract = Contract()
    return OpenAPIConfig(
        title="Training and certification API",
        description=FIRST_WORDS,
        version="1.0.0",
        openapi_router=Router(
            "/schema", route_handlers=[], include_in_schema=False, after_request=_no_page
        ),
        render_plugins=[TryOut(contract, "/docs-assets"), contract],
        use_handler_docstrings=True,
        components=Components(
            security_schemes={
                "bearer": SecurityScheme(type="http", scheme="bearer", bearer_format="JWT")
            }
        ),
    )
