"""Roster files at the API: upload for a preview, look at it, commit or discard it."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Router, get, post
from litestar.params import QueryParameter

from lms.kernel.actor import Actor
from lms.kernel.idempotency import IdempotencyKey
from lms.kernel.paging import Page, PageRequest, page_of
from lms.kernel.work import Works
from lms.orgs.days import require_day
from lms.orgs.imports import queries, service
from lms.orgs.imports.models import Absent, Outcome
from lms.orgs.imports.previewing import Wishes, preview
from lms.orgs.imports.schemas import AbsentOut, ImportFaultOut, ImportLineOut, RosterImportOut
from lms.orgs.imports.upload import BYTES_MOST, CsvUpload, spooled
from lms.orgs.ports import FractionListener
from lms.orgs.roster.permissions import MANAGE_ROSTERS, READ_ROSTERS

Label = Annotated[str, QueryParameter(max_length=200, pattern=r"^[^\x00-\x1f]*$")]


@post(
    "",
    operation_id="previewRosterImport",
    needs=MANAGE_ROSTERS,
    operation_class=CsvUpload,
    request_max_body_size=BYTES_MOST,
)
async def upload(
    organisation_id: UUID,
    request: Request[Any, Any, Any],
    works: Works,
    actor: Actor,
    key: IdempotencyKey,
    file_name: Label = "roster.csv",
    charset: Label | None = None,
    absent: Absent = Absent.KEEP,
    effective_on: date | None = None,
) -> RosterImportOut:
    """Preview a roster file: every fault, and what a commit would change.

    `absent=leave` lets everybody go whom the file does not name, from `effective_on` (today) on.
    The charset may be named in Content-Type instead; unnamed, it is told from the file.
    """
    require_day(effective_on, "/effective_on")
    charset = charset or request.content_type[1].get("charset")
    async with spooled(request) as (file, digest), works.write(actor, key) as work:
        wishes = Wishes(file_name, digest, charset, absent, effective_on)
        return work.remember(RosterImportOut.of(await preview(work, organisation_id, file, wishes)))


@get("", operation_id="listRosterImports", needs=READ_ROSTERS)
async def list_imports(
    organisation_id: UUID, works: Works, actor: Actor, page: PageRequest
) -> Page[RosterImportOut]:
    """A company's roster files, the newest first."""
    async with works.read(actor) as work:
        rows = await queries.imports_of_organisation(work.session, organisation_id, page)
    return page_of(rows, page, out=RosterImportOut.of, key=lambda row: [str(row.id)])


@get("/{import_id:uuid}", operation_id="getRosterImport", needs=READ_ROSTERS)
async def get_import(
    organisation_id: UUID, import_id: UUID, works: Works, actor: Actor
) -> RosterImportOut:
    """One roster file with what it changes or changed, in numbers."""
    async with works.read(actor) as work:
        return RosterImportOut.of(
            await queries.require_import(work.session, organisation_id, import_id)
        )


@get("/{import_id:uuid}/lines", operation_id="listImportLines", needs=READ_ROSTERS)
async def list_lines(
    organisation_id: UUID,
    import_id: UUID,
    works: Works,
    actor: Actor,
    page: PageRequest,
    outcome: Outcome | None = None,
) -> Page[ImportLineOut]:
    """What each line would change; kept for a week after the file is settled."""
    async with works.read(actor) as work:
        await queries.require_import(work.session, organisation_id, import_id)
        rows = await queries.lines_of_import(work.session, import_id, page, outcome=outcome)
    return page_of(rows, page, out=ImportLineOut.of, key=lambda row: [row.line])


@get("/{import_id:uuid}/faults", operation_id="listImportFaults", needs=READ_ROSTERS)
async def list_faults(
    organisation_id: UUID, import_id: UUID, works: Works, actor: Actor, page: PageRequest
) -> Page[ImportFaultOut]:
    """What is wrong with the file, line by line; the first thousand faults."""
    async with works.read(actor) as work:
        await queries.require_import(work.session, organisation_id, import_id)
        rows = await queries.faults_of_import(work.session, import_id, page)
    return page_of(rows, page, out=ImportFaultOut.of, key=lambda row: [row.position])


@get("/{import_id:uuid}/absent", operation_id="listImportAbsent", needs=READ_ROSTERS)
async def list_absent(
    organisation_id: UUID, import_id: UUID, works: Works, actor: Actor, page: PageRequest
) -> Page[AbsentOut]:
    """Who would leave because the file does not name them."""
    async with works.read(actor) as work:
        found = await queries.require_import(work.session, organisation_id, import_id)
        rows = await queries.absent_of_import(work.session, found, page)
    return page_of(rows, page, out=AbsentOut.of, key=lambda row: [row.staff_number])


@post(
    "/{import_id:uuid}/commit",
    operation_id="commitRosterImport",
    needs=MANAGE_ROSTERS,
    status_code=200,
)
async def commit(
    organisation_id: UUID,
    import_id: UUID,
    works: Works,
    actor: Actor,
    fractions: FractionListener,
) -> RosterImportOut:
    """Do exactly what the preview showed; repeated, it is the same success."""
    async with works.write(actor) as work:
        return RosterImportOut.of(await service.commit(work, fractions, organisation_id, import_id))


@post(
    "/{import_id:uuid}/discarding",
    operation_id="discardRosterImport",
    needs=MANAGE_ROSTERS,
    status_code=200,
)
async def discard(
    organisation_id: UUID, import_id: UUID, works: Works, actor: Actor
) -> RosterImportOut:
    """Throw a preview away."""
    async with works.write(actor) as work:
        return RosterImportOut.of(await service.discard(work, organisation_id, import_id))


router = Router(
    path="/organisations/{organisation_id:uuid}/imports",
    tags=["rosters"],
    route_handlers=[
        upload,
        list_imports,
        get_import,
        list_lines,
        list_faults,
        list_absent,
        commit,
        discard,
    ],
)
