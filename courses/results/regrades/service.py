"""Regrading: new keys and their replay. Dry first; for real by a second person; the same result.

A key is the question's: its replay goes through every exam that served it. Open attempts need
nothing: they are marked with the new keys when they are sealed.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from sqlalchemy import update
from sqlmodel import col

from courses.attempts.connection import connection_of
from courses.attempts.queries import awaits_result
from courses.enrolment.own_exams import require_no_candidate
from courses.events import ResultsChanged
from courses.grading.marking import change_keys, item_rows, keys_in_effect
from courses.grading.models import Regrade
from courses.papers.models import ExamPoolEntry
from courses.papers.queries import course_of_exam, require_exam
from courses.papers.served import ServedQuestions
from courses.questions.effect import Effect
from courses.questions.models import QuestionKey
from courses.results.permissions import READ_REGRADES, REGRADE
from courses.results.regrades import facts
from courses.results.regrades.facts import NewKey
from courses.results.regrades.plan import Change, changes, digest
from courses.results.regrades.schemas import KeyChangeIn
from courses.results.settlement import settle
from lms.approvals.models import Proposal
from lms.approvals.own_matter import require_others_matter
from lms.approvals.service import propose
from lms.audit.service import record
from lms.kernel.locks import Locked, lock
from lms.kernel.problems import Conflict, Fault, Forbidden, Invalid, NotFound
from lms.kernel.work import Work

KIND = "exam.regrade"

KEEP_GRADING = """
    INSERT INTO grading (
        id, attempt_id, number, cause, earned_numerator, earned_denominator, out_of, passed,
        items, regrade_id, made_at
    )
    SELECT $1, $2, max(number) + 1, 'regrade', $3, $4, $5, $6, $7, $8, $9
    FROM grading WHERE attempt_id = $2
"""
MOVE_RESULT = """
    UPDATE component_result
    SET grading_id = $2, earned_numerator = $3, earned_denominator = $4, out_of = $5, passed = $6,
        revision = revision + 1
    WHERE attempt_id = $1
"""


async def dry_run(
    work: Work, exam_id: UUID, given: Sequence[KeyChangeIn]
) -> tuple[str, list[Change]]:
    """Who would change, and the digest by which the real run is held to it. Changes nothing.

    Raises:
        NotFound: there is no such exam.
        Forbidden: the actor is a candidate, see `_require_no_candidate`.
        Invalid: a question is not one of the exam's, a key does not fit its question, or an
            attempt would be left without a question that counts.
    """
    work.actor.require(REGRADE)
    await _require_no_candidate(work, exam_id)
    connection = await connection_of(work)
    keys = await facts.new_keys(connection, exam_id, given)
    found = await _plan(connection, keys)
    return digest(_plain_keys(keys), [change.plain() for change in found]), found


async def propose_regrade(
    work: Work, exam_id: UUID, given: Sequence[KeyChangeIn], expected_digest: str, reason: str
) -> tuple[Regrade, Proposal]:
    """Ask a second person for what the dry run showed.

    Raises:
        Conflict: the results are not those of the dry run any more.
        Invalid: as the dry run.
    """
    found_digest, found = await dry_run(work, exam_id, given)
    if found_digest != expected_digest:
        raise Conflict("regrade_changed", "do the dry run again")
    connection = await connection_of(work)
    keys = await facts.new_keys(connection, exam_id, given)
    regrade = Regrade(
        id=work.new_id(),
        exam_id=exam_id,
        key_changes=_plain_keys(keys),
        changes=[change.plain() for change in found],
        digest=found_digest,
        made_by=work.actor.person,
        made_at=work.now(),
    )
    payload = {"regrade_id": str(regrade.id), "digest": found_digest, "changed": len(found)}
    proposal = await propose(work, kind=KIND, subject_id=exam_id, payload=payload, reason=reason)
    await work.session.flush()
    regrade.proposal_id = proposal.id
    work.session.add(regrade)
    await work.session.flush()
    return regrade, proposal


async def read_regrade(work: Work, regrade_id: UUID) -> Regrade:
    """One regrade, with its keys and who changes.

    Raises:
        NotFound: there is none.
        Forbidden: the actor is a candidate.
    """
    work.actor.require(READ_REGRADES)
    found = await work.session.get(Regrade, regrade_id)
    if found is None:
        raise NotFound
    await _require_no_candidate(work, found.exam_id)
    return found


async def apply_regrade(work: Work, payload: dict[str, Any], proposal: Proposal) -> None:
    """The effect of an approved regrade: the same changes as in the dry run, or none at all.

    Raises:
        Conflict: the results are not those of the dry run any more, or the approver's own is one.
        Forbidden: the approver is a candidate, who may not see what they would approve.
    """
    regrade = await work.session.get_one(Regrade, UUID(payload["regrade_id"]))
    connection = await connection_of(work)
    keys = [msgspec.convert(one, NewKey) for one in regrade.key_changes]
    await _lock_touched(work, connection, keys)
    found = await _plan(connection, keys)
    found_digest = digest(_plain_keys(keys), [change.plain() for change in found])
    if found_digest != regrade.digest or not await _still_next(connection, keys):
        raise Conflict("regrade_changed", "do the dry run again")
    require_others_matter(work, *(change.attempt.person_id for change in found))
    await _require_no_candidate(work, regrade.exam_id)
    await _put_keys(work, keys, proposal)
    for change in found:
        await _move(work, connection, regrade.id, change)
    for enrolment_id in sorted({change.attempt.enrolment_id for change in found}):
        await settle(work, connection, enrolment_id, f"regrade: {proposal.reason}")
    for enrolment_id in sorted({c.attempt.enrolment_id for c in found if c.attempt.released}):
        await work.emit(ResultsChanged(enrolment_id=enrolment_id))
    regrade.applied_at = work.now()
    await record(
        work,
        action="exam.regraded",
        subject=("exam", regrade.exam_id),
        after={"regrade_id": regrade.id, "changed": len(found)},
        reason=proposal.reason,
    )


async def _require_no_candidate(work: Work, exam_id: UUID) -> None:
    """Let nobody see keys whose exam they are to sit, nor a result of their own before its release.

    Raises:
        NotFound: there is no such exam.
        Forbidden: the actor is enrolled in its course, or awaits a result there.
    """
    course_id = await course_of_exam(work.session, exam_id)
    await require_no_candidate(work, course_id)
    if await awaits_result(work.session, work.actor.person, course_id):
        raise Forbidden("whoever awaits a result of the course regrades none")


async def _plan(connection: asyncpg.Connection, keys: Sequence[NewKey]) -> list[Change]:
    if await facts.leaves_bare(connection, keys):
        detail = "an attempt would have no question left that counts"
        raise Invalid([Fault("/key_changes", "nothing_left", detail)])
    attempts = await facts.marked_attempts(connection, ServedQuestions(), _ids(keys))
    in_effect = await facts.keys_with(connection, attempts, keys)
    return changes(attempts, in_effect)


async def _lock_touched(work: Work, connection: asyncpg.Connection, keys: Sequence[NewKey]) -> None:
    touched = await facts.touched(connection, _ids(keys))
    await lock(work, Locked.ENROLMENT, [row["enrolment_id"] for row in touched])
    await lock(work, Locked.ATTEMPT, [row["id"] for row in touched])
    exam_ids = sorted(await facts.exams_serving(connection, _ids(keys)))
    await change_keys(connection, exam_ids)
    for exam_id in exam_ids:  # another version of an exam is made over its pool
        await require_exam(work.session, exam_id, locked=True)


async def _still_next(connection: asyncpg.Connection, keys: Sequence[NewKey]) -> bool:
    """Whether no other regrade, of another exam with the same question, came in between."""
    held = await keys_in_effect(connection, _ids(keys))
    return all(held[key.question_version_id].number + 1 == key.number for key in keys)


def _ids(keys: Sequence[NewKey]) -> list[UUID]:
    return [key.question_version_id for key in keys]


async def _put_keys(work: Work, keys: Sequence[NewKey], proposal: Proposal) -> None:
    for key in keys:
        work.session.add(
            QuestionKey(
                question_version_id=key.question_version_id,
                number=key.number,
                key=key.key,
                points=key.points,
                explanation=key.explanation,
                effect=key.effect,
                proposal_id=proposal.id,
                made_by=proposal.proposed_by,
                made_at=work.now(),
            )
        )
    dropped = [key.question_version_id for key in keys if key.effect is not Effect.COUNTS]
    await work.session.flush()
    await work.session.execute(
        update(ExamPoolEntry)
        .where(
            col(ExamPoolEntry.question_version_id).in_(dropped),
            col(ExamPoolEntry.withdrawn_at).is_(None),
        )
        .values(withdrawn_at=work.now())
    )


async def _move(
    work: Work, connection: asyncpg.Connection, regrade_id: UUID, change: Change
) -> None:
    grading_id, after = work.new_id(), change.after
    points = (after.earned.numerator, after.earned.denominator, after.out_of, after.passed)
    items = msgspec.json.encode(item_rows(change.graded)).decode()
    await connection.execute(
        KEEP_GRADING, grading_id, change.attempt.id, *points, items, regrade_id, work.now()
    )
    await connection.execute(MOVE_RESULT, change.attempt.id, grading_id, *points)


def _plain_keys(keys: Sequence[NewKey]) -> list[dict[str, Any]]:
    plain: list[dict[str, Any]] = msgspec.to_builtins(list(keys))
    return plain
