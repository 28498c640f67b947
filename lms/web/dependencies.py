"""What a route can ask for by name: the actor, the Idempotency-Key, the revision, the page."""

import hashlib
from dataclasses import dataclass
from typing import Annotated, Any

from litestar import Request
from litestar.params import HeaderParameter, QueryParameter

from lms.kernel.actor import Actor
from lms.kernel.idempotency import IdempotencyKey
from lms.kernel.paging import LIMIT_DEFAULT, LIMIT_MOST, PageRequest, page_request
from lms.kernel.problems import RevisionRequired, StaleRevision

KEY_LENGTH_MOST = 255


@dataclass(frozen=True, slots=True)
class ExpectedRevision:
    """The revision in If-Match: what the client saw before it edits."""

    value: int

    def check(self, current: int) -> None:
        """Compare with the row's revision, read under its lock.

        Raises:
            StaleRevision: somebody changed the row in the meantime.
        """
        if self.value != current:
            raise StaleRevision(f"it is at revision {current} now")


async def provide_actor(request: Request[Any, Any, Any]) -> Actor:
    """The actor that the guard let in."""
    actor: Actor = request.scope["actor"]  # type: ignore[typeddict-item]  # put there by the guard
    return actor


async def provide_key(
    request: Request[Any, Any, Any],
    idempotency_key: Annotated[
        str | None,
        HeaderParameter(
            name="Idempotency-Key",
            max_length=KEY_LENGTH_MOST,
            description="Makes a repeat of this request the same success.",
        ),
    ] = None,
) -> IdempotencyKey:
    """The request's Idempotency-Key with the fingerprint of what it belongs to."""
    if idempotency_key is None:
        return IdempotencyKey(None, b"")
    asked = f"{request.method} {request.url.path}?{request.url.query}\n"
    seen = hashlib.sha256(asked.encode())
    seen.update(await request.body())
    return IdempotencyKey(idempotency_key, seen.digest())


async def provide_expected(
    if_match: Annotated[
        str | None,
        HeaderParameter(name="If-Match", description="The ETag of the revision that you saw."),
    ] = None,
) -> ExpectedRevision:
    """The expected revision.

    Raises:
        RevisionRequired: there is no If-Match.
        StaleRevision: it is no revision of ours.
    """
    if if_match is None:
        raise RevisionRequired
    value = if_match.strip().removeprefix("W/").strip('"')
    if not value.isascii() or not value.isdigit():
        raise StaleRevision("If-Match holds no revision of ours")
    return ExpectedRevision(int(value[:18]))


async def provide_page(
    limit: Annotated[int, QueryParameter(ge=1, le=LIMIT_MOST)] = LIMIT_DEFAULT,
    cursor: Annotated[str | None, QueryParameter(max_length=500)] = None,
) -> PageRequest:
    """The page that is asked for."""
    return page_request(limit, cursor)
