"""Every SELECT of the question bank. Its scope is the issuer: only staff's routes come here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from courses.questions.models import Bank, Question, QuestionKey, QuestionVersion, Topic
from lms.kernel.paging import PageRequest
from lms.kernel.problems import NotFound


@dataclass(frozen=True, slots=True)
class Current:
    """A question with its latest version and that version's key in effect."""

    question: Question
    version: QuestionVersion
    key: QuestionKey


async def require_bank(session: AsyncSession, bank_id: UUID, *, locked: bool = False) -> Bank:
    """One bank, locked when its questions are to be changed.

    Raises:
        NotFound: there is none.
    """
    found = await session.get(
        Bank, bank_id, with_for_update={"key_share": True} if locked else None
    )
    if found is None:
        raise NotFound
    return found


async def banks(
    session: AsyncSession, page: PageRequest, *, course_id: UUID | None
) -> Sequence[Bank]:
    """Banks in the order of their making, one more than the page holds."""
    query = select(Bank).order_by(col(Bank.id)).limit(page.limit + 1)
    if course_id is not None:
        query = query.where(col(Bank.course_id) == course_id)
    if page.after:
        query = query.where(col(Bank.id) > page.after_id())
    return (await session.scalars(query)).all()


async def counts_by_topic(
    session: AsyncSession, bank_ids: Sequence[UUID]
) -> dict[UUID, dict[str, int]]:
    """How many questions in use each topic of each bank has, zeros included."""
    live = col(Question.id).is_not(None) & col(Question.retired_at).is_(None)
    query = (
        select(col(Topic.bank_id), col(Topic.code), func.count().filter(live))
        .outerjoin(
            Question,
            (col(Question.bank_id) == col(Topic.bank_id))
            & (col(Question.topic) == col(Topic.code)),
        )
        .where(col(Topic.bank_id).in_(bank_ids))
        .group_by(col(Topic.bank_id), col(Topic.code))
        .order_by(col(Topic.code))
    )
    counts: dict[UUID, dict[str, int]] = {bank_id: {} for bank_id in bank_ids}
    for bank_id, code, count in await session.execute(query):
        counts[bank_id][code] = count
    return counts


async def topics(session: AsyncSession, bank_id: UUID) -> dict[str, Topic]:
    """A bank's topics by code."""
    rows = await session.scalars(select(Topic).where(col(Topic.bank_id) == bank_id))
    return {row.code: row for row in rows}


async def current_by_external_id(session: AsyncSession, bank_id: UUID) -> dict[str, Current]:
    """All questions of a bank as they are now."""
    rows = await session.execute(_current().where(col(Question.bank_id) == bank_id))
    return {row[0].external_id: Current(*row) for row in rows}


async def require_current(
    session: AsyncSession, question_id: UUID, *, locked: bool = False
) -> Current:
    """One question as it is now; its bank is locked when it is to be changed.

    Raises:
        NotFound: there is none.
    """
    if locked:
        bank_of = select(col(Question.bank_id)).where(col(Question.id) == question_id)
        bank_id = await session.scalar(bank_of)
        if bank_id is None:
            raise NotFound
        await require_bank(session, bank_id, locked=True)
    row = (await session.execute(_current().where(col(Question.id) == question_id))).one_or_none()
    if row is None:
        raise NotFound
    return Current(*row)


async def question_lines(
    session: AsyncSession, bank_id: UUID, page: PageRequest
) -> Sequence[tuple[Question, str, dict[str, Any]]]:
    """Questions with kind and stem, without keys, by external id; one more than the page holds."""
    query = (
        select(Question, col(QuestionVersion.kind), col(QuestionVersion.stem))
        .join(QuestionVersion, _is_latest())
        .where(col(Question.bank_id) == bank_id)
        .order_by(col(Question.external_id))
        .limit(page.limit + 1)
    )
    if page.after:
        query = query.where(col(Question.external_id) > page.after_text())
    return [(row[0], row[1], row[2]) for row in await session.execute(query)]


def _is_latest() -> ColumnElement[bool]:
    return (col(QuestionVersion.question_id) == col(Question.id)) & (
        col(QuestionVersion.number) == col(Question.latest)
    )


def _current() -> Select[Question, QuestionVersion, QuestionKey]:
    newest = (
        select(func.max(col(QuestionKey.number)))
        .where(col(QuestionKey.question_version_id) == col(QuestionVersion.id))
        .correlate(QuestionVersion)
        .scalar_subquery()
    )
    return (
        select(Question, QuestionVersion, QuestionKey)
        .join(QuestionVersion, _is_latest())
        .join(
            QuestionKey,
            (col(QuestionKey.question_version_id) == col(QuestionVersion.id))
            & (col(QuestionKey.number) == newest),
        )
    )
