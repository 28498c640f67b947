"""The audit trail at the API: read-only."""

from uuid import UUID

from litestar import Router, get

from lms.audit import queries
from lms.audit.permissions import READ_AUDIT
from lms.audit.schemas import AuditEntryOut
from lms.kernel.actor import Actor
from lms.kernel.paging import Page, PageRequest, page_of
from lms.kernel.work import Works


@get("", operation_id="listAuditEntries", needs=READ_AUDIT)
async def list_entries(
    works: Works,
    actor: Actor,
    page: PageRequest,
    subject_id: UUID | None = None,
    actor_id: UUID | None = None,
    action: str | None = None,
) -> Page[AuditEntryOut]:
    """Who did what, newest first; of one subject, one person or one kind of act."""
    async with works.read(actor) as work:
        rows = await queries.entries(
            work.session, page, subject_id=subject_id, actor_id=actor_id, action=action
        )
    return page_of(rows, page, out=AuditEntryOut.of, key=lambda row: [str(row.id)])


router = Router(path="/audit-entries", route_handlers=[list_entries], tags=["audit"])
