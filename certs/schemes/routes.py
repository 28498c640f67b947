"""Schemes at the API: read, and approve the next version."""

from litestar import Router, get, post

from certs.schemes import queries, service
from certs.schemes.permissions import APPROVE_SCHEMES, READ_SCHEMES
from certs.schemes.schemas import CentreSchemeIn, CourseSchemeIn, SchemeOut
from lms.kernel.actor import Actor
from lms.kernel.idempotency import IdempotencyKey
from lms.kernel.paging import Page, PageRequest, page_of
from lms.kernel.work import Works


@get("", operation_id="listSchemes", needs=READ_SCHEMES)
async def list_schemes(works: Works, actor: Actor, page: PageRequest) -> Page[SchemeOut]:
    """Every version of every scheme, newest first."""
    async with works.read(actor) as work:
        rows = await queries.schemes(work.session, page)
    return page_of(rows, page, out=SchemeOut.of, key=lambda row: [str(row.id)])


@post("/courses/{course_code:str}", operation_id="approveCourseScheme", needs=APPROVE_SCHEMES)
async def approve_course_scheme(
    course_code: str, data: CourseSchemeIn, works: Works, actor: Actor, key: IdempotencyKey
) -> SchemeOut:
    """Approve the next version of a course's scheme: its signatories and its automatic issue."""
    async with works.write(actor, key) as work:
        scheme = await service.approve_course_scheme(work, course_code, data)
        return work.remember(SchemeOut.of(scheme))


@post("/centre", operation_id="approveCentreScheme", needs=APPROVE_SCHEMES)
async def approve_centre_scheme(
    data: CentreSchemeIn, works: Works, actor: Actor, key: IdempotencyKey
) -> SchemeOut:
    """Approve the centre certificate's English name and its signatories."""
    async with works.write(actor, key) as work:
        return work.remember(SchemeOut.of(await service.approve_centre_scheme(work, data)))


router = Router(
    path="/schemes",
    route_handlers=[list_schemes, approve_course_scheme, approve_centre_scheme],
    tags=["schemes"],
)
