"""Exams for tests: a course with one component, a bank, a published exam, a sitting, candidates."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from courses.catalogue.models import (
    Component,
    Course,
    CourseVersion,
    TitleStatus,
    ValidityKind,
    VersionState,
)
from courses.enrolment.models import Enrolment, EnrolmentState
from courses.papers import service as papers
from courses.papers.schemas import ExamIn, ExamRulesIn, ShareIn
from courses.questions import service as questions
from courses.questions.schemas import BankFileIn, BankIn, QuestionIn, TopicIn
from courses.sittings.models import Sitting
from lms.app import Platform
from lms.issuer.models import ISSUER_ID
from lms.kernel.actor import Actor
from lms.kernel.work import Work
from lms.web.dependencies import ExpectedRevision
from tests.builders.people import somebody

CANARY = "canary-7f3a"
"""In every key's option id and explanation; no learner may ever see it."""

SYSTEM = Actor.system("test")


@dataclass(frozen=True)
class AnExam:
    """What a test needs to know of an exam that was built for it."""

    course_id: UUID
    version_id: UUID
    component_id: UUID
    bank_id: UUID
    exam_id: UUID
    sitting_id: UUID
    count: int


@dataclass
class ACandidate:
    """Somebody with a confirmed enrolment, and the headers of their requests."""

    person_id: UUID
    headers: dict[str, str]
    enrolment_id: UUID
    names: dict[str, str] = field(default_factory=dict)


def a_question(number: int, topic: str = "one", **changes: Any) -> dict[str, Any]:
    """A single-choice question: the right option's text says so, its id is the canary."""
    options = [
        {"id": CANARY, "text": {"en": f"right {number}"}},
        *({"id": name, "text": {"en": f"wrong {name} {number}"}} for name in "xyz"),
    ]
    question: dict[str, Any] = {
        "external_id": f"q{number}",
        "topic": topic,
        "kind": "single_choice",
        "stem": {"en": f"question {number}"},
        "body": {"options": options},
        "key": {"correct": CANARY},
        "points": 1,
        "explanation": {"en": f"because {CANARY}"},
    }
    return question | changes


def a_file(count: int = 6, **changes: Any) -> dict[str, Any]:
    """An import file with that many questions of one topic."""
    file: dict[str, Any] = {
        "format": "question-bank",
        "format_version": 1,
        "title_zh_hant": "示範",
        "title_en": "Demonstration",
        "demonstration": True,
        "topics": [{"code": "one", "title_zh_hant": "一", "title_en": "One"}],
        "questions": [a_question(number) for number in range(1, count + 1)],
    }
    return file | changes


async def a_course(
    work: Work, code: str = "TEST", *, pass_marks: tuple[int, ...] = (50,), **rules: Any
) -> tuple[Course, CourseVersion, list[Component]]:
    """An open course with a component for each pass mark."""
    course = Course(
        id=work.new_id(),
        issuer_id=ISSUER_ID,
        code=code,
        title_zh_hant="課程",
        title_en="Course",
        title_en_status=TitleStatus.VERIFIED,
        cef_reimbursable=True,
        family="customer_service",
        position=1,
    )
    values: dict[str, Any] = {
        "contact_minutes": 600,
        "fee_hkd_cents": 0,
        "prerequisites_decided": True,
        "validity_kind": ValidityKind.MONTHS,
        "validity_months": 24,
        "opened_at": work.now(),
    }
    version = CourseVersion(
        id=work.new_id(),
        course_id=course.id,
        number=1,
        state=VersionState.OPEN,
        effective_from=date(2026, 1, 1),
        **(values | rules),
    )
    components = [
        Component(
            id=work.new_id(),
            version_id=version.id,
            position=position,
            title_zh_hant="卷",
            title_en=f"Paper {position}",
            weight=1,
            pass_mark_percent=mark,
        )
        for position, mark in enumerate(pass_marks, start=1)
    ]
    work.session.add(course)
    await work.session.flush()
    work.session.add(version)
    await work.session.flush()
    work.session.add_all(components)
    await work.session.flush()
    return course, version, components


async def a_bank(work: Work, course_id: UUID, count: int = 6) -> UUID:
    """A bank with that many questions."""
    texts = {"title_zh_hant": "庫", "title_en": "Bank"}
    bank = await questions.add_bank(work, BankIn(course_id=course_id, **texts))
    await work.session.flush()
    given = a_file(count)
    file = BankFileIn(
        format="question-bank",
        format_version=1,
        topics=[TopicIn(**topic) for topic in given["topics"]],
        questions=[QuestionIn.model_validate(one) for one in given["questions"]],
        **texts,
    )
    await questions.import_file(work, bank.id, file)
    await work.session.flush()
    return bank.id


async def a_published_exam(
    work: Work, component_id: UUID, bank_id: UUID, count: int = 4, **rules: Any
) -> UUID:
    """An exam that draws that many questions."""
    blueprint = [ShareIn(topic="one", count=count)]
    values: dict[str, Any] = {"blueprint": blueprint, "time_limit_minutes": 60} | rules
    exam = await papers.add_exam(
        work, ExamIn(component_id=component_id, bank_id=bank_id, rules=ExamRulesIn(**values))
    )
    await papers.publish(work, exam.id, "first publication", ExpectedRevision(exam.revision))
    return exam.id


async def a_sitting(work: Work, exam_id: UUID, **changes: Any) -> Sitting:
    """A sitting that is open from now on for three hours."""
    values: dict[str, Any] = {
        "opens_at": work.now(),
        "closes_at": work.now() + timedelta(hours=3),
        "created_at": work.now(),
    }
    sitting = Sitting(id=work.new_id(), exam_id=exam_id, **(values | changes))
    work.session.add(sitting)
    await work.session.flush()
    return sitting


async def an_exam(
    opened: Platform,
    *,
    count: int = 4,
    code: str = "TEST",
    version: dict[str, Any] | None = None,
    sitting: dict[str, Any] | None = None,
    **rules: Any,
) -> AnExam:
    """A course with one exam that is open now."""
    async with opened.works.write(SYSTEM) as work:
        course, course_version, [component] = await a_course(work, code, **(version or {}))
        bank_id = await a_bank(work, course.id, count + 2)
        exam_id = await a_published_exam(work, component.id, bank_id, count, **rules)
        opening = await a_sitting(work, exam_id, **(sitting or {}))
        return AnExam(
            course_id=course.id,
            version_id=course_version.id,
            component_id=component.id,
            bank_id=bank_id,
            exam_id=exam_id,
            sitting_id=opening.id,
            count=count,
        )


async def a_candidate(opened: Platform, exam: AnExam, **changes: Any) -> ACandidate:
    """Somebody with a confirmed enrolment in the exam's course."""
    person_id, headers = await somebody(opened)
    async with opened.works.write(SYSTEM) as work:
        values: dict[str, Any] = {
            "state": EnrolmentState.CONFIRMED,
            "requested_at": work.now(),
            "confirmed_at": work.now(),
        }
        enrolment = Enrolment(
            id=work.new_id(),
            person_id=person_id,
            course_id=exam.course_id,
            version_id=exam.version_id,
            **(values | changes),
        )
        work.session.add(enrolment)
    return ACandidate(person_id, headers, enrolment.id)
