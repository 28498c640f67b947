"""The public address of every certificate: /verify/{code}, as JSON or as a page."""

from collections.abc import Mapping
from typing import Any

from litestar import MediaType, Request, Response, Router, get
from litestar.openapi.datastructures import ResponseSpec

from certs.issuing.documents.payload import read_payload
from certs.issuing.documents.verification_code import read_code
from certs.verify import page
from certs.verify.answer import VerifiedOut, as_context, as_json
from certs.verify.misses import count_miss
from certs.verify.queries import by_code
from lms.kernel.actor import PUBLIC
from lms.kernel.problems import NotFound, TooMany
from lms.kernel.work import Works
from lms.web.pages import wants_page


@get(
    "/verify/{code:str}",
    operation_id="verifyCertificate",
    needs=PUBLIC,
    hot=True,
    tags=["verify"],
    responses={200: ResponseSpec(data_container=VerifiedOut, description="How it stands now")},
)
async def verify(code: str, request: Request[Any, Any, Any], works: Works) -> Response[bytes]:
    """Verify a certificate by its code. It answers for ever, also for what was taken back."""
    known = read_code(code)
    found = await by_code(works.pool, known) if known is not None else None
    if found is None:
        return await _miss(request, works)
    now = works.clock.now()
    if not wants_page(request.headers.get("accept", "")):
        return Response(
            as_json(found, now), media_type="application/json", headers=page.common_headers()
        )
    context = as_context(found, read_payload(found.payload), now)
    return _page(page.render("certificate.html.j2", context), 200)


async def _miss(request: Request[Any, Any, Any], works: Works) -> Response[bytes]:
    wanted = wants_page(request.headers.get("accept", ""))
    try:
        await count_miss(works, request.client.host if request.client else "unknown")
    except TooMany as refused:
        if not wanted:
            raise
        return _page(page.render("too_many.html.j2", {}), refused.status, refused.headers)
    if not wanted:
        raise NotFound
    return _page(page.render("unknown.html.j2", {}), 404)


def _page(text: str, status: int, more: Mapping[str, str] | None = None) -> Response[bytes]:
    return Response(
        text.encode(),
        status_code=status,
        media_type=MediaType.HTML,
        headers={**page.headers(), **(more or {})},
    )


router = Router(path="/", route_handlers=[verify])
