"""The question bank at the API; for issuer staff only."""

from uuid import UUID

from litestar import Router, get, post, put

from courses.questions import queries, service
from courses.questions.permissions import EDIT_BANKS, READ_BANKS
from courses.questions.schemas import (
    BankFileIn,
    BankIn,
    BankOut,
    QuestionImportOut,
    QuestionIn,
    QuestionLineOut,
    QuestionOut,
    RetirementIn,
)
from lms.kernel.actor import Actor
from lms.kernel.idempotency import IdempotencyKey
from lms.kernel.paging import Page, PageRequest, page_of
from lms.kernel.work import Works
from lms.web.dependencies import ExpectedRevision


@post("/question-banks", operation_id="createQuestionBank", needs=EDIT_BANKS)
async def create_bank(data: BankIn, works: Works, actor: Actor, key: IdempotencyKey) -> BankOut:
    """Add an empty bank to a course."""
    async with works.write(actor, key) as work:
        return work.remember(BankOut.of(await service.add_bank(work, data), {}))


@get("/question-banks", operation_id="listQuestionBanks", needs=READ_BANKS)
async def list_banks(
    works: Works,
    actor: Actor,
    page: PageRequest,
    course_id: UUID | None = None,
) -> Page[BankOut]:
    """Banks in the order of their making."""
    async with works.read(actor) as work:
        rows = await queries.banks(work.session, page, course_id=course_id)
        counts = await queries.counts_by_topic(work.session, [row.id for row in rows])
    return page_of(
        rows, page, out=lambda row: BankOut.of(row, counts[row.id]), key=lambda row: [str(row.id)]
    )


@get("/question-banks/{bank_id:uuid}", operation_id="getQuestionBank", needs=READ_BANKS)
async def get_bank(bank_id: UUID, works: Works, actor: Actor) -> BankOut:
    """One bank, with its number of questions by topic."""
    async with works.read(actor) as work:
        row = await queries.require_bank(work.session, bank_id)
        counts = await queries.counts_by_topic(work.session, [bank_id])
    return BankOut.of(row, counts[bank_id])


@post(
    "/question-banks/{bank_id:uuid}/imports",
    operation_id="importQuestions",
    needs=EDIT_BANKS,
    status_code=200,
)
async def import_questions(
    bank_id: UUID, data: BankFileIn, works: Works, actor: Actor
) -> QuestionImportOut:
    """Bring a bank to what a file says; a repeat changes nothing."""
    async with works.write(actor) as work:
        outcome = await service.import_file(work, bank_id, data)
    return QuestionImportOut.of(outcome)


@get("/question-banks/{bank_id:uuid}/questions", operation_id="listQuestions", needs=READ_BANKS)
async def list_questions(
    bank_id: UUID, works: Works, actor: Actor, page: PageRequest
) -> Page[QuestionLineOut]:
    """The questions of a bank by external id, without keys."""
    async with works.read(actor) as work:
        rows = await service.question_lines(work, bank_id, page)
    return page_of(rows, page, out=QuestionLineOut.of, key=lambda row: [row[0].external_id])


@post("/question-banks/{bank_id:uuid}/questions", operation_id="createQuestion", needs=EDIT_BANKS)
async def create_question(
    bank_id: UUID, data: QuestionIn, works: Works, actor: Actor, key: IdempotencyKey
) -> QuestionOut:
    """Add one question with its key."""
    async with works.write(actor, key) as work:
        current = await service.add_question(work, bank_id, data)
        return work.remember(QuestionOut.of(current))


@get("/questions/{question_id:uuid}", operation_id="getQuestion", needs=READ_BANKS)
async def get_question(question_id: UUID, works: Works, actor: Actor) -> QuestionOut:
    """One question with its latest version and key."""
    async with works.read(actor) as work:
        return QuestionOut.of(await service.read_question(work, question_id))


@put("/questions/{question_id:uuid}", operation_id="editQuestion", needs=EDIT_BANKS)
async def edit_question(
    question_id: UUID, data: QuestionIn, works: Works, actor: Actor, expected: ExpectedRevision
) -> QuestionOut:
    """Change a question: a new version, which exams published from now on take up."""
    async with works.write(actor) as work:
        current = await service.edit_question(work, question_id, data, expected)
    return QuestionOut.of(current)


@post(
    "/questions/{question_id:uuid}/retirement",
    operation_id="retireQuestion",
    needs=EDIT_BANKS,
    status_code=200,
)
async def retire_question(
    question_id: UUID, data: RetirementIn, works: Works, actor: Actor, expected: ExpectedRevision
) -> QuestionOut:
    """Keep a question out of exams that are published from now on."""
    async with works.write(actor) as work:
        current = await service.retire_question(work, question_id, data.reason, expected)
    return QuestionOut.of(current)


router = Router(
    path="/",
    tags=["question banks"],
    route_handlers=[
        create_bank,
        list_banks,
        get_bank,
        import_questions,
        list_questions,
        create_question,
        get_question,
        edit_question,
        retire_question,
    ],
)
