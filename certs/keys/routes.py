"""The public key set at /.well-known/jwks.json: credential keys only, old ones kept."""

from typing import Any

from litestar import Response, Router, get

from certs.keys.queries import public_keys
from lms.kernel.actor import PUBLIC, Actor
from lms.kernel.work import Works

KEPT_BY_CLIENTS = "public, max-age=3600"


@get("/.well-known/jwks.json", operation_id="getCredentialKeys", needs=PUBLIC, tags=["verify"])
async def get_jwks(works: Works) -> Response[dict[str, list[dict[str, Any]]]]:
    """The keys that certificates are or were signed with (RFC 7517), newest first."""
    async with works.read(Actor.anonymous()) as work:
        keys = await public_keys(work.session)
    return Response({"keys": keys}, headers={"Cache-Control": KEPT_BY_CLIENTS})


router = Router(path="/", route_handlers=[get_jwks])
