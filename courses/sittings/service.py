"""Verbs of sittings: open, change, list candidates, cancel.

Once opened, a sitting is fixed, but for its closing: `courses/attempts/early_closing`.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import delete, insert
from sqlmodel import col

from courses.papers.models import ExamState
from courses.papers.queries import require_exam, version_in
from courses.papers.release_rule import ReleaseRule
from courses.sittings import queries
from courses.sittings.models import Sitting, SittingCandidate
from courses.sittings.permissions import RUN_SITTINGS
from courses.sittings.schemas import SittingIn
from lms.audit.service import record
from lms.kernel.problems import Conflict, Fault, Invalid
from lms.kernel.work import Work
from lms.web.dependencies import ExpectedRevision


async def add_sitting(work: Work, exam_id: UUID, data: SittingIn) -> Sitting:
    """Open an exam for a time.

    Raises:
        Conflict: the exam is not published.
        Invalid: it ends before it begins, or a time of release is missing.
    """
    work.actor.require(RUN_SITTINGS)
    await require_exam(work.session, exam_id)
    await _check(work, exam_id, data)
    sitting = Sitting(id=work.new_id(), exam_id=exam_id, created_at=work.now(), **data.model_dump())
    work.session.add(sitting)
    subject = ("sitting", sitting.id)
    await record(work, action="sitting.added", subject=subject, after=_plain(data))
    return sitting


async def edit_sitting(
    work: Work, sitting_id: UUID, data: SittingIn, expected: ExpectedRevision
) -> Sitting:
    """Change a sitting that has not opened; afterwards time is given by grants.

    Raises:
        StaleRevision: somebody changed it in the meantime.
        Conflict: it has opened or is cancelled.
        Invalid: it ends before it begins, or a time of release is missing.
    """
    work.actor.require(RUN_SITTINGS)
    sitting = await queries.require_sitting(work.session, sitting_id, locked=True)
    expected.check(sitting.revision)
    _check_not_begun(work, sitting)
    await _check(work, sitting.exam_id, data)
    before = {field: getattr(sitting, field) for field in SittingIn.model_fields}
    sitting.sqlmodel_update(data.model_dump())
    sitting.revision += 1
    subject = ("sitting", sitting_id)
    await record(work, action="sitting.edited", subject=subject, before=before, after=_plain(data))
    return sitting


async def cancel_sitting(
    work: Work, sitting_id: UUID, reason: str, expected: ExpectedRevision
) -> Sitting:
    """Call off a sitting that has not opened.

    Raises:
        StaleRevision: somebody changed it in the meantime.
        Conflict: it has opened or is cancelled.
    """
    work.actor.require(RUN_SITTINGS)
    sitting = await queries.require_sitting(work.session, sitting_id, locked=True)
    expected.check(sitting.revision)
    _check_not_begun(work, sitting)
    sitting.cancelled_at = work.now()
    sitting.revision += 1
    await record(work, action="sitting.cancelled", subject=("sitting", sitting_id), reason=reason)
    return sitting


async def list_candidates(
    work: Work, sitting_id: UUID, enrolment_ids: Sequence[UUID]
) -> list[UUID]:
    """Say who may sit, where the sitting is for listed candidates only; replaces the list.

    Raises:
        Invalid: an enrolment is not in the course version that the exam belongs to.
    """
    work.actor.require(RUN_SITTINGS)
    sitting = await queries.require_sitting(work.session, sitting_id, locked=True)
    known = await queries.enrolments_of_exam(work.session, sitting.exam_id, enrolment_ids)
    faults = [
        Fault(f"/enrolment_ids/{index}", "unknown", "no enrolment in this exam's course version")
        for index, enrolment_id in enumerate(enrolment_ids)
        if enrolment_id not in known
    ]
    if faults:
        raise Invalid(faults)
    before = await queries.candidates(work.session, sitting_id)
    of_sitting = col(SittingCandidate.sitting_id) == sitting_id
    await work.session.execute(delete(SittingCandidate).where(of_sitting))
    if known:
        rows = [
            {"sitting_id": sitting_id, "enrolment_id": enrolment_id, "listed_at": work.now()}
            for enrolment_id in sorted(known)
        ]
        await work.session.execute(insert(SittingCandidate), rows)
    await record(
        work,
        action="sitting.candidates-listed",
        subject=("sitting", sitting_id),
        before={"enrolment_ids": before},
        after={"enrolment_ids": sorted(known)},
    )
    return sorted(known)


def _check_not_begun(work: Work, sitting: Sitting) -> None:
    if sitting.cancelled_at is not None:
        raise Conflict("sitting_cancelled")
    if sitting.opens_at <= work.now():
        raise Conflict("sitting_opened", "more time is given by grants")


async def _check(work: Work, exam_id: UUID, data: SittingIn) -> None:
    published = await version_in(work.session, exam_id, ExamState.PUBLISHED)
    if published is None:
        raise Conflict("exam_not_published", "publish the exam first")
    faults = []
    if data.closes_at <= data.opens_at:
        faults.append(Fault("/closes_at", "order", "it closes before it opens"))
    if published.release is ReleaseRule.AT_TIME and data.release_at is None:
        faults.append(Fault("/release_at", "needed", "the exam releases its results at a time"))
    if faults:
        raise Invalid(faults)


def _plain(data: SittingIn) -> dict[str, Any]:
    values: dict[str, Any] = msgspec.to_builtins(data.model_dump())
    return values
