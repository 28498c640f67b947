"""Every SELECT about exams. Scope: the issuer, except where `served.py` serves candidates."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from courses.catalogue.models import Component, CourseVersion
from courses.catalogue.opening import Content
from courses.papers.models import Exam, ExamPoolEntry, ExamState, ExamVersion
from courses.questions.effect import Effect
from courses.questions.models import Question, QuestionKey, QuestionVersion
from lms.kernel.paging import PageRequest
from lms.kernel.problems import NotFound


async def require_exam(session: AsyncSession, exam_id: UUID, *, locked: bool = False) -> Exam:
    """One exam, locked when its versions are to be changed.

    Raises:
        NotFound: there is none.
    """
    lock = {"key_share": True} if locked else None
    found = await session.get(Exam, exam_id, with_for_update=lock, populate_existing=locked)
    if found is None:
        raise NotFound
    return found


async def course_of_exam(session: AsyncSession, exam_id: UUID) -> UUID:
    """The course that an exam, and so its bank, belongs to.

    Raises:
        NotFound: there is no such exam.
    """
    query = (
        select(col(CourseVersion.course_id))
        .join(Component, col(Component.version_id) == col(CourseVersion.id))
        .join(Exam, col(Exam.component_id) == col(Component.id))
        .where(col(Exam.id) == exam_id)
    )
    found = await session.scalar(query)
    if found is None:
        raise NotFound
    return found


async def exams(
    session: AsyncSession, page: PageRequest, *, version_id: UUID | None
) -> Sequence[Exam]:
    """Exams in the order of their making, of one course version or all; one more than the page."""
    query = select(Exam).order_by(col(Exam.id)).limit(page.limit + 1)
    if version_id is not None:
        query = query.join(Component, col(Component.id) == col(Exam.component_id)).where(
            col(Component.version_id) == version_id
        )
    if page.after:
        query = query.where(col(Exam.id) > page.after_id())
    return (await session.scalars(query)).all()


async def versions_of(
    session: AsyncSession, exam_ids: Sequence[UUID]
) -> dict[UUID, list[ExamVersion]]:
    """Each exam's versions, the newest first."""
    query = (
        select(ExamVersion)
        .where(col(ExamVersion.exam_id).in_(exam_ids))
        .order_by(col(ExamVersion.number).desc())
    )
    found: dict[UUID, list[ExamVersion]] = {exam_id: [] for exam_id in exam_ids}
    for version in await session.scalars(query):
        found[version.exam_id].append(version)
    return found


async def version_in(session: AsyncSession, exam_id: UUID, state: ExamState) -> ExamVersion | None:
    """The exam's draft or published version, of which there is at most one each."""
    query = select(ExamVersion).where(
        col(ExamVersion.exam_id) == exam_id, col(ExamVersion.state) == state
    )
    return (await session.scalars(query)).one_or_none()


async def next_number(session: AsyncSession, exam_id: UUID) -> int:
    """The number of the exam's next version."""
    newest = select(func.max(col(ExamVersion.number))).where(col(ExamVersion.exam_id) == exam_id)
    return (await session.scalar(newest) or 0) + 1


async def exams_of_version(session: AsyncSession, version_id: UUID) -> list[UUID]:
    """The exams of a course version's components, in ascending order."""
    query = (
        select(col(Exam.id))
        .join(Component, col(Component.id) == col(Exam.component_id))
        .where(col(Component.version_id) == version_id)
        .order_by(col(Exam.id))
    )
    return list(await session.scalars(query))


async def require_component(
    session: AsyncSession, component_id: UUID
) -> tuple[Component, CourseVersion]:
    """A component with its course version.

    Raises:
        NotFound: there is none.
    """
    query = (
        select(Component, CourseVersion)
        .join(CourseVersion, col(CourseVersion.id) == col(Component.version_id))
        .where(col(Component.id) == component_id)
    )
    row = (await session.execute(query)).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


async def operator_set(session: AsyncSession, component_id: UUID) -> Content:
    """What the operator has set of the course version that a component belongs to."""
    _, version = await require_component(session, component_id)
    marks = (
        select(col(Component.pass_mark_percent))
        .where(col(Component.version_id) == version.id)
        .order_by(col(Component.position))
    )
    return Content(
        contact_minutes=version.contact_minutes,
        fee_hkd_cents=version.fee_hkd_cents,
        prerequisites_decided=version.prerequisites_decided,
        validity_kind=version.validity_kind,
        pass_marks=(await session.scalars(marks)).all(),
    )


async def pool_of_exam_version(
    session: AsyncSession, exam_version_id: UUID
) -> dict[str, list[UUID]]:
    """What a published exam version may draw now, by topic."""
    query = select(ExamPoolEntry).where(
        col(ExamPoolEntry.exam_version_id) == exam_version_id,
        col(ExamPoolEntry.withdrawn_at).is_(None),
    )
    pool: dict[str, list[UUID]] = {}
    for entry in await session.scalars(query):
        pool.setdefault(entry.topic, []).append(entry.question_version_id)
    return pool


async def pool_of_bank(
    session: AsyncSession, bank_id: UUID, topics: Sequence[str]
) -> dict[str, list[UUID]]:
    """The latest versions of a bank's questions in use, by topic; none that a regrade dropped."""
    effect = (
        select(col(QuestionKey.effect))
        .where(col(QuestionKey.question_version_id) == col(QuestionVersion.id))
        .order_by(col(QuestionKey.number).desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(col(Question.topic), col(QuestionVersion.id))
        .join(
            QuestionVersion,
            (col(QuestionVersion.question_id) == col(Question.id))
            & (col(QuestionVersion.number) == col(Question.latest)),
        )
        .where(
            col(Question.bank_id) == bank_id,
            col(Question.retired_at).is_(None),
            col(Question.topic).in_(topics),
            effect == Effect.COUNTS,
        )
    )
    pool: dict[str, list[UUID]] = {topic: [] for topic in topics}
    for topic, version_id in await session.execute(query):
        pool[topic].append(version_id)
    return pool
