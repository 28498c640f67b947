"""Verbs of the question bank.

A changed question is a new version with its own first key. Keys of existing versions change only
by a regrade, for two people: see `courses/results/regrades/service.py`. Whoever is enrolled in
the bank's course neither sees its questions nor sets them: all verbs but the first are `Forbidden`.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

import msgspec

from courses.catalogue.models import Course
from courses.enrolment.own_exams import require_no_candidate
from courses.questions import queries
from courses.questions.effect import Effect
from courses.questions.import_outcome import Counted, ImportOutcome
from courses.questions.models import Bank, Question, QuestionKey, QuestionVersion, Topic
from courses.questions.permissions import EDIT_BANKS, READ_BANKS
from courses.questions.queries import Current
from courses.questions.schemas import BankFileIn, BankIn, QuestionIn, TopicIn
from lms.audit.service import record
from lms.kernel.paging import PageRequest
from lms.kernel.problems import Fault, Invalid
from lms.kernel.work import Work
from lms.web.dependencies import ExpectedRevision


async def add_bank(work: Work, data: BankIn) -> Bank:
    """Add an empty bank to a course.

    Raises:
        Invalid: there is no such course.
    """
    work.actor.require(EDIT_BANKS)
    if await work.session.get(Course, data.course_id) is None:
        raise Invalid([Fault("/course_id", "unknown", "there is no such course")])
    bank = Bank(
        id=work.new_id(),
        course_id=data.course_id,
        title_zh_hant=data.title_zh_hant,
        title_en=data.title_en,
        demonstration=data.demonstration,
        created_at=work.now(),
    )
    work.session.add(bank)
    await record(work, action="bank.added", subject=("bank", bank.id), after=data.model_dump())
    return bank


async def import_file(work: Work, bank_id: UUID, data: BankFileIn) -> ImportOutcome:
    """Bring a bank to what a file says; importing it again changes nothing."""
    work.actor.require(EDIT_BANKS)
    bank = await queries.require_bank(work.session, bank_id, locked=True)
    await require_no_candidate(work, bank.course_id)
    await _put_topics(work, bank_id, data.topics)
    bank.title_zh_hant, bank.title_en = data.title_zh_hant, data.title_en
    bank.demonstration = data.demonstration
    held = await queries.current_by_external_id(work.session, bank_id)
    outcome, written = ImportOutcome(), []
    for given in data.questions:
        current = held.get(given.external_id)
        if current is None:
            written.append(_new(work, bank_id, given))
            outcome.count("created")
        else:
            counted, version = _bring_to(work, current, given)
            outcome.count(counted)
            written += version
    await _store(work, written)
    bank.revision += 1
    await record(work, action="bank.imported", subject=("bank", bank_id), after=asdict(outcome))
    return outcome


async def add_question(work: Work, bank_id: UUID, data: QuestionIn) -> Current:
    """Add one question.

    Raises:
        Invalid: its topic is unknown, or its external id is taken.
    """
    work.actor.require(EDIT_BANKS)
    bank = await queries.require_bank(work.session, bank_id, locked=True)
    await require_no_candidate(work, bank.course_id)
    await _check_topic(work, bank_id, data.topic)
    if data.external_id in await queries.current_by_external_id(work.session, bank_id):
        raise Invalid([Fault("/external_id", "taken", "another question has this id")])
    current = _new(work, bank_id, data)
    await _store(work, [current])
    subject = ("question", current.question.id)
    await record(work, action="question.added", subject=subject, after={"version": 1})
    return current


async def question_lines(
    work: Work, bank_id: UUID, page: PageRequest
) -> Sequence[tuple[Question, str, dict[str, Any]]]:
    """A page of a bank's questions by external id, each with its kind and stem.

    Raises:
        NotFound: there is no such bank.
    """
    work.actor.require(READ_BANKS)
    bank = await queries.require_bank(work.session, bank_id)
    await require_no_candidate(work, bank.course_id)
    return await queries.question_lines(work.session, bank_id, page)


async def read_question(work: Work, question_id: UUID) -> Current:
    """One question with its key.

    Raises:
        NotFound: there is none.
    """
    work.actor.require(READ_BANKS)
    return await _current(work, question_id)


async def edit_question(
    work: Work, question_id: UUID, data: QuestionIn, expected: ExpectedRevision
) -> Current:
    """Bring a question to what is said: a new version, unless nothing changes.

    Raises:
        StaleRevision: somebody changed it in the meantime.
        Invalid: the topic is unknown, or the external id is another.
    """
    work.actor.require(EDIT_BANKS)
    current = await _current(work, question_id, locked=True)
    expected.check(current.question.revision)
    if data.external_id != current.question.external_id:
        raise Invalid([Fault("/external_id", "fixed", "a question keeps its id")])
    await _check_topic(work, current.question.bank_id, data.topic)
    before = {"version": current.question.latest, "topic": current.question.topic}
    _, version = _bring_to(work, current, data)
    await _store(work, version)
    after = {"version": current.question.latest, "topic": current.question.topic}
    subject = ("question", question_id)
    await record(work, action="question.edited", subject=subject, before=before, after=after)
    return version[0] if version else current


async def retire_question(
    work: Work, question_id: UUID, reason: str, expected: ExpectedRevision
) -> Current:
    """Keep a question out of exams that are published from now on.

    Raises:
        StaleRevision: somebody changed it in the meantime.
    """
    work.actor.require(EDIT_BANKS)
    current = await _current(work, question_id, locked=True)
    expected.check(current.question.revision)
    current.question.retired_at = current.question.retired_at or work.now()
    current.question.revision += 1
    subject = ("question", question_id)
    await record(work, action="question.retired", subject=subject, reason=reason)
    return current


async def _current(work: Work, question_id: UUID, *, locked: bool = False) -> Current:
    current = await queries.require_current(work.session, question_id, locked=locked)
    bank = await queries.require_bank(work.session, current.question.bank_id)
    await require_no_candidate(work, bank.course_id)
    return current


async def _put_topics(work: Work, bank_id: UUID, given: list[TopicIn]) -> None:
    held = await queries.topics(work.session, bank_id)
    for topic in given:
        row = held.get(topic.code)
        if row is None:
            row = Topic(bank_id=bank_id, code=topic.code, title_zh_hant="", title_en="")
            work.session.add(row)
        row.title_zh_hant, row.title_en = topic.title_zh_hant, topic.title_en
    await work.session.flush()


async def _check_topic(work: Work, bank_id: UUID, topic: str) -> None:
    if topic not in await queries.topics(work.session, bank_id):
        raise Invalid([Fault("/topic", "unknown_topic", "the bank has no such topic")])


def _new(work: Work, bank_id: UUID, given: QuestionIn) -> Current:
    question = Question(
        id=work.new_id(),
        bank_id=bank_id,
        external_id=given.external_id,
        topic=given.topic,
        latest=1,
        created_at=work.now(),
    )
    return _next_version(work, question, given)


def _next_version(work: Work, question: Question, given: QuestionIn) -> Current:
    content = given.content()
    version = QuestionVersion(
        id=work.new_id(),
        question_id=question.id,
        number=question.latest,
        **content,
        digest=_digest(content),
        made_by=work.actor.person_id,
        made_at=work.now(),
    )
    key = QuestionKey(
        question_version_id=version.id,
        number=1,
        **_keyed(given),
        effect=Effect.COUNTS,
        made_by=work.actor.person_id,
        made_at=work.now(),
    )
    return Current(question, version, key)


async def _store(work: Work, written: list[Current]) -> None:
    """Insert questions, then versions, then keys: each refers to the one before."""
    for rows in (
        [current.question for current in written],
        [current.version for current in written],
        [current.key for current in written],
    ):
        work.session.add_all(rows)
        await work.session.flush()


def _bring_to(work: Work, current: Current, given: QuestionIn) -> tuple[Counted, list[Current]]:
    """Make the question what is given; answers how it counts, and the version to store if any."""
    question, key = current.question, current.key
    moved = question.topic != given.topic
    question.topic = given.topic
    held = {"key": key.key, "points": key.points, "explanation": key.explanation}
    same = current.version.digest == _digest(given.content()) and held == _keyed(given)
    if moved or not same:
        question.revision += 1
    if same:
        return ("moved" if moved else "unchanged"), []
    question.latest += 1
    return "new_versions", [_next_version(work, question, given)]


def _keyed(given: QuestionIn) -> dict[str, Any]:
    explanation = given.explanation and given.explanation.model_dump(exclude_none=True)
    return {"key": given.key, "points": given.points, "explanation": explanation}


def _digest(content: dict[str, Any]) -> bytes:
    return hashlib.sha256(msgspec.json.encode(content, order="deterministic")).digest()
