"""Regrades at the API: dry, then proposed; approved at /proposals."""

from uuid import UUID

from litestar import Router, get, post

from courses.results.permissions import READ_REGRADES, REGRADE
from courses.results.regrades import service
from courses.results.regrades.schemas import DryRunIn, DryRunOut, RegradeIn, RegradeOut
from lms.kernel.actor import Actor
from lms.kernel.idempotency import IdempotencyKey
from lms.kernel.work import Works


@post(
    "/exams/{exam_id:uuid}/regrades/dry-run",
    operation_id="dryRunRegrade",
    needs=REGRADE,
    status_code=200,
)
async def dry_run(exam_id: UUID, data: DryRunIn, works: Works, actor: Actor) -> DryRunOut:
    """Who would change under new keys; changes nothing."""
    async with works.read(actor) as work:
        digest, found = await service.dry_run(work, exam_id, data.key_changes)
    return DryRunOut(digest=digest, changes=[change.plain() for change in found])


@post("/exams/{exam_id:uuid}/regrades", operation_id="proposeRegrade", needs=REGRADE)
async def propose_regrade(
    exam_id: UUID, data: RegradeIn, works: Works, actor: Actor, key: IdempotencyKey
) -> RegradeOut:
    """Ask a second person for exactly what the dry run showed."""
    async with works.write(actor, key) as work:
        regrade, _ = await service.propose_regrade(
            work, exam_id, data.key_changes, data.digest, data.reason
        )
        return work.remember(RegradeOut.of(regrade))


@get("/regrades/{regrade_id:uuid}", operation_id="getRegrade", needs=READ_REGRADES)
async def get_regrade(regrade_id: UUID, works: Works, actor: Actor) -> RegradeOut:
    """One regrade, with who changes."""
    async with works.read(actor) as work:
        return RegradeOut.of(await service.read_regrade(work, regrade_id))


router = Router(path="/", tags=["regrades"], route_handlers=[dry_run, propose_regrade, get_regrade])
