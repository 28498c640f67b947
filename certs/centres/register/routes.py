"""The public register of certified centres at the API."""

from litestar import Router, get

from certs.centres.register import queries
from certs.centres.register.schemas import CertifiedCentreOut
from lms.kernel.actor import PUBLIC, Actor
from lms.kernel.paging import Page, PageRequest, page_of
from lms.kernel.work import Works


@get("/certified-centres", operation_id="listCertifiedCentres", needs=PUBLIC)
async def list_certified_centres(
    works: Works, actor: Actor, page: PageRequest
) -> Page[CertifiedCentreOut]:
    """Centres that hold the centre certificate today, with a link that verifies each."""
    async with works.read(actor.reaching_issuer("reads the public register")) as work:
        rows = await queries.certified_centres(work.session, page, work.now())
    return page_of(rows, page, out=CertifiedCentreOut.of, key=lambda row: [str(row.id)])


router = Router(path="", route_handlers=[list_certified_centres])
