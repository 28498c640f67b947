"""Exams at the API; for issuer staff only."""

from uuid import UUID

from litestar import Router, get, post, put

from courses.papers import queries, service
from courses.papers.permissions import CONFIGURE_EXAMS, READ_EXAMS
from courses.papers.schemas import ExamIn, ExamOut, ExamRulesIn, PublicationIn, PublicationOut
from lms.kernel.actor import Actor
from lms.kernel.idempotency import IdempotencyKey
from lms.kernel.paging import Page, PageRequest, page_of
from lms.kernel.work import Work, Works
from lms.web.dependencies import ExpectedRevision


@post("", operation_id="createExam", needs=CONFIGURE_EXAMS)
async def create_exam(data: ExamIn, works: Works, actor: Actor, key: IdempotencyKey) -> ExamOut:
    """Give a component its exam, as a draft."""
    async with works.write(actor, key) as work:
        exam = await service.add_exam(work, data)
        return work.remember(await _shown(work, exam.id))


@get("", operation_id="listExams", needs=READ_EXAMS)
async def list_exams(
    works: Works,
    actor: Actor,
    page: PageRequest,
    version_id: UUID | None = None,
) -> Page[ExamOut]:
    """Exams with their versions, of one course version or all."""
    async with works.read(actor) as work:
        rows = await queries.exams(work.session, page, version_id=version_id)
        versions = await queries.versions_of(work.session, [row.id for row in rows])
    return page_of(
        rows,
        page,
        out=lambda row: ExamOut.of(row, versions[row.id]),
        key=lambda row: [str(row.id)],
    )


@get("/{exam_id:uuid}", operation_id="getExam", needs=READ_EXAMS)
async def get_exam(exam_id: UUID, works: Works, actor: Actor) -> ExamOut:
    """One exam with its versions."""
    async with works.read(actor) as work:
        return await _shown(work, exam_id)


@put("/{exam_id:uuid}/draft", operation_id="putExamDraft", needs=CONFIGURE_EXAMS)
async def put_draft(
    exam_id: UUID, data: ExamRulesIn, works: Works, actor: Actor, expected: ExpectedRevision
) -> ExamOut:
    """Replace the draft, or begin one beside what is published."""
    async with works.write(actor) as work:
        await service.edit_draft(work, exam_id, data, expected)
        return await _shown(work, exam_id)


@post(
    "/{exam_id:uuid}/publication",
    operation_id="publishExam",
    needs=CONFIGURE_EXAMS,
    status_code=200,
)
async def publish_exam(
    exam_id: UUID, data: PublicationIn, works: Works, actor: Actor, expected: ExpectedRevision
) -> PublicationOut:
    """Publish the draft; after the exam's first use this makes a proposal instead."""
    async with works.write(actor) as work:
        _, proposal = await service.publish(work, exam_id, data.reason, expected)
        exam = await _shown(work, exam_id)
    return PublicationOut(exam=exam, proposal_id=proposal.id if proposal else None)


async def _shown(work: Work, exam_id: UUID) -> ExamOut:
    exam = await queries.require_exam(work.session, exam_id)
    versions = await queries.versions_of(work.session, [exam_id])
    return ExamOut.of(exam, versions[exam_id])


router = Router(
    path="/exams",
    tags=["exams"],
    route_handlers=[create_exam, list_exams, get_exam, put_draft, publish_exam],
)
