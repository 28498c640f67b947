"""Verbs of exams: draft, publish; after first use, publishing is proposed to a second person."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import insert

from courses.catalogue.models import Component, CourseVersion, VersionState
from courses.catalogue.opening import missing
from courses.enrolment.own_exams import require_others_exam
from courses.papers import queries
from courses.papers.arrangement import Share, missing_questions
from courses.papers.models import Exam, ExamPoolEntry, ExamState, ExamVersion
from courses.papers.permissions import CONFIGURE_EXAMS
from courses.papers.schemas import ExamIn, ExamRulesIn
from courses.questions.queries import require_bank
from lms.approvals.models import Proposal
from lms.approvals.service import propose
from lms.audit.service import record
from lms.kernel.problems import Conflict, Fault, Invalid, NotFound
from lms.kernel.work import Work
from lms.web.dependencies import ExpectedRevision

PUBLISH = "exam.publish"
"""The kind of proposal that publishes a version of an exam that is in use."""


async def add_exam(work: Work, data: ExamIn) -> Exam:
    """Give a component its exam, with a first draft.

    Raises:
        Invalid: the component or the bank does not exist, or the bank is another course's.
    """
    work.actor.require(CONFIGURE_EXAMS)
    await _check_parts(work, data)
    exam = Exam(
        id=work.new_id(),
        component_id=data.component_id,
        bank_id=data.bank_id,
        created_at=work.now(),
    )
    work.session.add(exam)
    await work.session.flush()
    work.session.add(await _draft(work, exam.id, data.rules))
    await record(work, action="exam.added", subject=("exam", exam.id), after=_plain(data.rules))
    await work.session.flush()
    return exam


async def edit_draft(
    work: Work, exam_id: UUID, rules: ExamRulesIn, expected: ExpectedRevision
) -> Exam:
    """Replace the draft, or begin one: what is published stays as it is until publication.

    Raises:
        StaleRevision: somebody changed the exam in the meantime.
        Invalid: a topic stands in the blueprint twice.
    """
    work.actor.require(CONFIGURE_EXAMS)
    exam = await queries.require_exam(work.session, exam_id, locked=True)
    expected.check(exam.revision)
    if faults := _doubled_topics(rules):
        raise Invalid(faults)
    draft = await queries.version_in(work.session, exam_id, ExamState.DRAFT)
    if draft is None:
        work.session.add(await _draft(work, exam_id, rules))
    else:
        draft.sqlmodel_update(rules.model_dump())
        draft.revision += 1
    exam.revision += 1
    await record(work, action="exam.drafted", subject=("exam", exam_id), after=_plain(rules))
    await work.session.flush()
    return exam


async def publish(
    work: Work, exam_id: UUID, reason: str, expected: ExpectedRevision
) -> tuple[Exam, Proposal | None]:
    """Publish the draft; once the exam has been used, propose it to a second person instead.

    Raises:
        StaleRevision: somebody changed the exam in the meantime.
        Conflict: there is no draft, the course version is one itself (see `_check_publishable`), or
            the actor is to sit the exam and would publish it alone.
        Invalid: the catalogue's operator-set fields are not set, or the bank is too small.
    """
    work.actor.require(CONFIGURE_EXAMS)
    exam = await queries.require_exam(work.session, exam_id, locked=True)
    expected.check(exam.revision)
    draft = await queries.version_in(work.session, exam_id, ExamState.DRAFT)
    if draft is None:
        raise Conflict("exam_without_draft", "write a draft first")
    pool = await _check_publishable(work, exam, draft)
    if exam.first_used_at is None:
        await put_in_force(work, exam, draft, pool, reason)
        return exam, None
    payload = _proposed(draft, pool)
    proposal = await propose(work, kind=PUBLISH, subject_id=exam_id, payload=payload, reason=reason)
    await work.session.flush()
    return exam, proposal


async def apply_publication(work: Work, payload: dict[str, Any], proposal: Proposal) -> None:
    """The effect of an approved publication.

    Raises:
        Conflict: the draft is not the one that was proposed, or its questions are others by now.
    """
    exam = await queries.require_exam(work.session, proposal.subject_id, locked=True)
    draft = await queries.version_in(work.session, exam.id, ExamState.DRAFT)
    if draft is None or str(draft.id) != payload["version_id"]:
        raise Conflict("exam_draft_changed", "there is another draft by now, or none")
    pool = await _check_publishable(work, exam, draft)
    if _proposed(draft, pool) != payload:
        raise Conflict("exam_draft_changed", "the draft or the bank's questions changed since")
    draft.proposal_id = proposal.id
    await put_in_force(work, exam, draft, pool, proposal.reason)


def _proposed(draft: ExamVersion, pool: Mapping[str, Sequence[UUID]]) -> dict[str, Any]:
    """What a second person approves: these rules over these question versions, and no others.

    A question that is edited is another version with a key of its own, which one person writes.
    """
    served = {topic: sorted(str(one) for one in ids) for topic, ids in pool.items()}
    digest = hashlib.sha256(msgspec.json.encode(served, order="deterministic")).hexdigest()
    return {
        "version_id": str(draft.id),
        "version_revision": draft.revision,
        "questions_digest": digest,
    }


async def put_in_force(
    work: Work, exam: Exam, draft: ExamVersion, pool: Mapping[str, Sequence[UUID]], reason: str
) -> None:
    """Publish a version of a locked exam over a pool, under the catalogue's rule as it is now.

    Raises:
        Conflict: `second_person_needed`, the actor is enrolled in the course.
    """
    component, version = await queries.require_component(work.session, exam.component_id)
    await require_others_exam(work, version.course_id)
    former = await queries.version_in(work.session, exam.id, ExamState.PUBLISHED)
    if former is not None:
        former.state = ExamState.SUPERSEDED
        await work.session.flush()
    draft.sqlmodel_update(rule_of(component, version))
    draft.state, draft.published_at = ExamState.PUBLISHED, work.now()
    work.session.add(draft)
    exam.revision += 1
    await work.session.flush()
    entries = [
        {"exam_version_id": draft.id, "question_version_id": version_id, "topic": topic}
        for topic, version_ids in pool.items()
        for version_id in version_ids
    ]
    await work.session.execute(insert(ExamPoolEntry), entries)
    await record(
        work,
        action="exam.published",
        subject=("exam", exam.id),
        before={"version": former.number if former else None},
        after={"version": draft.number, "pass_basis_points": draft.pass_basis_points},
        reason=reason,
    )


def rule_of(component: Component, version: CourseVersion) -> dict[str, Any]:
    """What an exam version copies from the catalogue."""
    return {
        "pass_basis_points": 100 * (component.pass_mark_percent or 0),
        "retake_limit": version.retake_limit,
        "cooling_off_days": version.cooling_off_days or 0,
        "attendance_percent": version.attendance_percent,
    }


async def _check_publishable(work: Work, exam: Exam, draft: ExamVersion) -> dict[str, list[UUID]]:
    """Answer the pool.

    A draft of a course version may still get another pass rule, of which the exam, with its copy,
    would know nothing: so the version opens first.

    Raises:
        Invalid: with everything that is in the way.
        Conflict: `version_not_open`.
    """
    faults = [
        Fault(f"/catalogue{fault.pointer}", fault.code, fault.detail)
        for fault in missing(await queries.operator_set(work.session, exam.component_id))
    ]
    blueprint = [Share(line["topic"], line["count"]) for line in draft.blueprint]
    topics = [share.topic for share in blueprint]
    pool = await queries.pool_of_bank(work.session, exam.bank_id, topics)
    lacking = missing_questions(blueprint, pool)
    faults += [
        Fault(f"/blueprint/{index}/count", "pool_too_small", f"{lacking[topic]} questions missing")
        for index, topic in enumerate(topics)
        if topic in lacking
    ]
    if faults:
        raise Invalid(faults)
    _, version = await queries.require_component(work.session, exam.component_id)
    if version.state is VersionState.DRAFT:
        raise Conflict("version_not_open", "open the course version first: its rule may change yet")
    return pool


async def _check_parts(work: Work, data: ExamIn) -> None:
    faults = _doubled_topics(data.rules, "/rules")
    try:
        _, version = await queries.require_component(work.session, data.component_id)
    except NotFound:
        faults.append(Fault("/component_id", "unknown", "there is no such component"))
    try:
        bank = await require_bank(work.session, data.bank_id)
    except NotFound:
        faults.append(Fault("/bank_id", "unknown", "there is no such bank"))
    if not faults and bank.course_id != version.course_id:
        faults.append(Fault("/bank_id", "other_course", "the bank is another course's"))
    if faults:
        raise Invalid(faults)


def _doubled_topics(rules: ExamRulesIn, pointer: str = "") -> list[Fault]:
    topics = [share.topic for share in rules.blueprint]
    return [
        Fault(f"{pointer}/blueprint/{index}/topic", "doubled", "each topic once")
        for index, topic in enumerate(topics)
        if topic in topics[:index]
    ]


async def _draft(work: Work, exam_id: UUID, rules: ExamRulesIn) -> ExamVersion:
    return ExamVersion(
        id=work.new_id(),
        exam_id=exam_id,
        number=await queries.next_number(work.session, exam_id),
        state=ExamState.DRAFT,
        made_by=work.actor.person_id,
        made_at=work.now(),
        **rules.model_dump(),
    )


def _plain(rules: ExamRulesIn) -> dict[str, Any]:
    values: dict[str, Any] = msgspec.to_builtins(rules.model_dump())
    return values
