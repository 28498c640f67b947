"""Around every request: its id, its log line, its metrics, and the headers every answer carries."""

import re
import time

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from lms.kernel import metrics
from lms.kernel.ids import new_id

ID_OF_OURS_OR_THEIRS = re.compile(rb"[A-Za-z0-9._-]{8,64}")
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
)

log = structlog.get_logger("lms.access")


class RequestContext:
    """Plain ASGI, since a wrapper per request is on every hot path."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope["request_id"] = request_id  # type: ignore[typeddict-unknown-key]  # read by the guard
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        status = 500
        started = time.perf_counter()

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message["headers"],
                    *HEADERS,
                    (b"x-request-id", request_id.encode()),
                ]
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        finally:
            _note(scope, status, time.perf_counter() - started)


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and ID_OF_OURS_OR_THEIRS.fullmatch(value):
            return str(value.decode())
    return str(new_id())


def _note(scope: HTTPScope, status: int, seconds: float) -> None:
    route = scope.get("path_template") or "unknown"
    metrics.answered(scope["method"], route, status, seconds)
    log.debug(
        "answered",
        method=scope["method"],
        route=route,
        status=status,
        milliseconds=round(seconds * 1000, 1),
    )
