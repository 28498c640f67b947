"""Problems become responses here and nowhere else (RFC 9457, `application/problem+json`)."""

from typing import Any

import asyncpg
import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import (
    HTTPException,
    MethodNotAllowedException,
    NotFoundException,
    ValidationException,
)
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from lms.kernel.idempotency import Replay
from lms.kernel.problems import CONSTRAINTS, Fault, Invalid, NotFound, Problem

MEDIA_TYPE = "application/problem+json"
STATUS_CODES = {
    400: "unreadable",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "too_large",
    415: "unsupported_media_type",
}
UNAUTHORISED = 401
PASSING = {"40001", "40P01", "53100", "53200", "53300", "55P03", "57P01", "57P02", "57P03"}
"""SQLSTATEs that a later try may not meet: serialisation, deadlock, a full disk, no memory, too
many connections, lock time-out, the server stops, crashed or starts."""
CONNECTION_LOST = "08"
"""The class of SQLSTATEs of connections that ended."""
UNSTORABLE = {"22003", "22021", "22P05"}
"""SQLSTATEs of values that the server cannot hold: out of range, a NUL character."""

log = structlog.get_logger(__name__)


class ProblemDocument(msgspec.Struct, omit_defaults=True):
    """The body of a problem; `type` is the address of a page about the code."""

    type: str
    title: str
    status: int
    detail: str = ""
    request_id: str = ""
    errors: list[Fault] = []


def answer(request: Request[Any, Any, Any], problem: Problem) -> Response[bytes]:
    """The response of a problem."""
    document = ProblemDocument(
        type=f"/problems/{problem.code}",
        title=problem.title,
        status=problem.status,
        detail=problem.detail,
        request_id=""
        if isinstance(problem, NotFound)
        else str(request.scope.get("request_id", "")),
        errors=list(problem.faults),
    )
    body = msgspec.to_builtins(document)
    body.update(msgspec.to_builtins(problem.extra))
    headers = {"WWW-Authenticate": "Bearer"} if problem.status == UNAUTHORISED else {}
    return Response(
        content=msgspec.json.encode(body),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers={**headers, **problem.headers},
    )


def on_problem(request: Request[Any, Any, Any], error: Problem) -> Response[bytes]:
    """A problem that our own code raised."""
    if error.code == "internal":
        log.error("internal problem", detail=error.detail)
    return answer(request, error)


def on_replay(_: Request[Any, Any, Any], error: Replay) -> Response[bytes]:
    """The stored answer of an Idempotency-Key."""
    return Response(
        content=error.body,
        status_code=error.status,
        media_type="application/json",
        headers={"Idempotent-Replayed": "true"},
    )


def on_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """What Litestar itself refuses: unknown addresses, unreadable bodies, wrong parameters."""
    if isinstance(error, NotFoundException):
        return answer(request, NotFound())
    if isinstance(error, ValidationException):
        return answer(request, Invalid(_parameter_faults(error)))
    code = STATUS_CODES.get(error.status_code)
    if code is None:
        return on_unexpected(request, error)
    headers = dict(error.headers or {}) if isinstance(error, MethodNotAllowedException) else {}
    return answer(request, Problem(code=code, headers=headers))


def on_too_deep(request: Request[Any, Any, Any], _: RecursionError) -> Response[bytes]:
    """A body nested deeper than any of ours is."""
    return answer(request, Problem("nested too deeply", code="unreadable"))


def on_no_text(request: Request[Any, Any, Any], _: UnicodeDecodeError) -> Response[bytes]:
    """A body that is not in UTF-8, which the JSON reader meets in the middle of a string."""
    return answer(request, Problem("not in UTF-8", code="unreadable"))


def on_database(request: Request[Any, Any, Any], error: DBAPIError) -> Response[bytes]:
    """A constraint that a client can run into is a named problem; any other is our bug."""
    cause = getattr(error.orig, "__cause__", None)
    if isinstance(error, IntegrityError):
        code = CONSTRAINTS.get(getattr(cause, "constraint_name", None) or "")
        if code is not None:
            return answer(request, Problem(code=code))
    if error.connection_invalidated or _passes(cause):
        return _unavailable(request, error)
    if isinstance(cause, asyncpg.DataError):
        return on_data(request, cause)
    return on_unexpected(request, error)


def on_server(
    request: Request[Any, Any, Any],
    error: asyncpg.PostgresError | asyncpg.InterfaceError | asyncpg.InternalClientError,
) -> Response[bytes]:
    """A hot statement, or any new connection: what a later try may not meet, or our bug."""
    return _unavailable(request, error) if _passes(error) else on_unexpected(request, error)


def on_data(request: Request[Any, Any, Any], error: asyncpg.DataError) -> Response[bytes]:
    """A value that no column holds: a NUL character, a number outside its range.

    It comes in a path, a cursor or a text, whose type cannot say so; other codes are our bugs.
    """
    # the driver's own refusal has no such code, and a wrong type of ours has the same
    if error.sqlstate in UNSTORABLE or "out of int" in str(error):
        return answer(request, Invalid([Fault("", "unstorable", "a value cannot be stored")]))
    return on_unexpected(request, error)


def _passes(error: BaseException | None) -> bool:
    code = getattr(error, "sqlstate", None) or ""
    return (
        code in PASSING
        or code.startswith(CONNECTION_LOST)
        or (isinstance(error, asyncpg.InterfaceError) and "connection is closed" in str(error))
        # the server died between two messages: the driver has not noticed that it lost it
        or isinstance(error, asyncpg.InternalClientError)
    )


def on_pool_exhausted(request: Request[Any, Any, Any], error: PoolExhausted) -> Response[bytes]:
    """More requests at once than connections, for longer than one waits for another."""
    return _unavailable(request, error)


def _unavailable(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    log.warning("not available just now", error=str(error), path=request.url.path)
    return answer(request, Problem(code="unavailable", headers={"Retry-After": "1"}))


def on_unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Our bug: logged once, told without detail."""
    log.error("unexpected error", exc_info=error, path=request.url.path)
    return answer(request, Problem(code="internal"))


def _parameter_faults(error: ValidationException) -> list[Fault]:
    extra = error.extra if isinstance(error.extra, list) else []
    return [
        Fault(
            pointer=f"/{item.get('key', '')}",
            code=f"{item.get('source', 'parameter')}_parameter",
            detail=str(item.get("message", "")),
        )
        for item in extra
        if isinstance(item, dict)
    ] or [Fault("", "invalid", error.detail)]


HANDLERS: dict[Any, Any] = {
    Problem: on_problem,
    Replay: on_replay,
    HTTPException: on_http,
    DBAPIError: on_database,
    PoolExhausted: on_pool_exhausted,
    asyncpg.DataError: on_data,
    asyncpg.PostgresError: on_server,
    asyncpg.InterfaceError: on_server,
    asyncpg.InternalClientError: on_server,
    RecursionError: on_too_deep,
    UnicodeDecodeError: on_no_text,
    Exception: on_unexpected,
}
