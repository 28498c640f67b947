"""Another pass rule, once two people have decided on it, reaches the exams of its course version.

Each published exam goes on under it as another version, over the same questions. Attempts that
have begun are marked by the rule with which they began.
"""

from typing import Any
from uuid import UUID

from courses.catalogue.pass_rule import apply_pass_rule
from courses.catalogue.queries import version_by_id
from courses.enrolment.own_exams import require_others_exam
from courses.papers import queries
from courses.papers.models import ExamState, ExamVersion
from courses.papers.service import put_in_force, rule_of
from lms.approvals.models import Proposal
from lms.kernel.work import Work

KEPT = frozenset({"exam_id", "blueprint", "time_limit_minutes", "scoring", "release", "mixed"})


async def put_rule_in_force(work: Work, payload: dict[str, Any], proposal: Proposal) -> None:
    """The effect of an approved pass rule: in the catalogue, and in each published exam.

    Raises:
        Conflict: as `apply_pass_rule`; `second_person_needed`, the actor is enrolled in the course.
    """
    await apply_pass_rule(work, payload, proposal)
    version = await version_by_id(work.session, proposal.subject_id)
    await require_others_exam(work, version.course_id)
    for exam_id in await queries.exams_of_version(work.session, proposal.subject_id):
        await _take_up(work, exam_id, proposal)


async def _take_up(work: Work, exam_id: UUID, proposal: Proposal) -> None:
    exam = await queries.require_exam(work.session, exam_id, locked=True)
    former = await queries.version_in(work.session, exam_id, ExamState.PUBLISHED)
    if former is None:
        return
    rule = rule_of(*await queries.require_component(work.session, exam.component_id))
    if rule == former.model_dump(include=set(rule)):
        return
    number = await _number_before_draft(work, exam_id)
    pool = await queries.pool_of_exam_version(work.session, former.id)
    fresh = ExamVersion(
        id=work.new_id(),
        number=number,
        made_by=proposal.proposed_by,
        made_at=work.now(),
        proposal_id=proposal.id,
        **former.model_dump(include=set(KEPT)),
    )
    await put_in_force(work, exam, fresh, pool, proposal.reason)


async def _number_before_draft(work: Work, exam_id: UUID) -> int:
    """The next number; a draft makes way, since it is published later."""
    number = await queries.next_number(work.session, exam_id)
    draft = await queries.version_in(work.session, exam_id, ExamState.DRAFT)
    if draft is None:
        return number
    number, draft.number = draft.number, number
    await work.session.flush()
    return number
