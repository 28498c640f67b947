"""A manager's enrolments for many at the API: preview (list or CSV), commit, cancel."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Router, post
from litestar.params import QueryParameter

from courses.enrolment.bulk import service
from courses.enrolment.bulk.outcomes import Outcome
from courses.enrolment.bulk.schemas import CommitIn, CommitOut, LineOut, PreviewIn, PreviewOut
from courses.enrolment.bulk.service import Committed, Previewed
from courses.enrolment.bulk.staff_list import staff_numbers
from courses.enrolment.permissions import ENROL_STAFF
from courses.enrolment.ports import FloorsAbove
from lms.kernel.actor import Actor
from lms.kernel.idempotency import IdempotencyKey
from lms.kernel.work import Works
from lms.orgs.imports.upload import CsvUpload


def _previewed(found: Previewed) -> PreviewOut:
    return PreviewOut.of(found.preview, found.course_code, found.seats_held, found.judged)


def _committed(found: Committed) -> CommitOut:
    seated = sum(row.outcome is Outcome.SEAT for row in found.judged)
    waits = sum(row.outcome is Outcome.WAITLIST for row in found.judged)
    return CommitOut(
        id=found.preview.id,
        enrolled=seated,
        waitlisted=waits,
        refused=len(found.judged) - seated - waits,
        rows=[LineOut.of(row, found.made) for row in found.judged],
    )


@post("", operation_id="previewStaffEnrolments", needs=ENROL_STAFF)
async def preview_list(
    organisation_id: UUID,
    data: PreviewIn,
    works: Works,
    actor: Actor,
    above: FloorsAbove,
    key: IdempotencyKey,
) -> PreviewOut:
    """Say what would become of each staff number, and keep the seats for 15 minutes."""
    async with works.write(actor, key) as work:
        found = await service.preview(work, above.certificates, organisation_id, data)
        return work.remember(_previewed(found))


@post(
    "/csv",
    operation_id="previewStaffEnrolmentsCsv",
    needs=ENROL_STAFF,
    operation_class=CsvUpload,
)
async def preview_csv(
    organisation_id: UUID,
    request: Request[Any, Any, Any],
    works: Works,
    actor: Actor,
    above: FloorsAbove,
    key: IdempotencyKey,
    course_code: Annotated[str, QueryParameter(min_length=2, max_length=12)],
    class_id: UUID | None = None,
    charset: Annotated[str | None, QueryParameter(max_length=40)] = None,
) -> PreviewOut:
    """The same for a CSV with a column of staff numbers; other roster columns are not looked at."""
    numbers = staff_numbers(await request.body(), charset)
    data = PreviewIn(course_code=course_code, class_id=class_id, staff_numbers=numbers)
    async with works.write(actor, key) as work:
        found = await service.preview(work, above.certificates, organisation_id, data)
        return work.remember(_previewed(found))


@post(
    "/{preview_id:uuid}/commit",
    operation_id="commitStaffEnrolments",
    needs=ENROL_STAFF,
)
async def commit_preview(
    organisation_id: UUID,
    preview_id: UUID,
    data: CommitIn,
    works: Works,
    actor: Actor,
    above: FloorsAbove,
    key: IdempotencyKey,
) -> CommitOut:
    """Enrol the previewed list: all of it or nobody, or those who can be."""
    async with works.write(actor, key) as work:
        done = await service.commit(work, above.certificates, organisation_id, preview_id, data)
        return work.remember(_committed(done))


@post(
    "/{preview_id:uuid}/cancellation",
    operation_id="cancelStaffEnrolmentPreview",
    needs=ENROL_STAFF,
    status_code=204,
)
async def cancel_preview(
    organisation_id: UUID, preview_id: UUID, works: Works, actor: Actor
) -> None:
    """Give a preview's seats back."""
    async with works.write(actor) as work:
        await service.cancel(work, organisation_id, preview_id)


router = Router(
    path="/organisations/{organisation_id:uuid}/enrolments/previews",
    route_handlers=[preview_list, preview_csv, commit_preview, cancel_preview],
)
