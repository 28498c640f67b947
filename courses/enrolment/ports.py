"""What enrolment needs from the floors above; `lms/wiring.py` hands it in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True, slots=True)
class Unsettled:
    """An attempt that is open (`running`), or whose result is not released yet."""

    attempt_id: UUID
    running: bool


class AttemptsMade(Protocol):
    """What enrolments have been used for in exams: asked before one ends or is pinned anew."""

    async def with_attempts(
        self, session: AsyncSession, enrolment_ids: Collection[UUID]
    ) -> frozenset[UUID]:
        """Those among the enrolments for which an attempt was begun, whatever became of it."""
        ...

    async def unsettled(
        self, session: AsyncSession, enrolment_ids: Collection[UUID]
    ) -> Sequence[Unsettled]:
        """The attempts of some locked enrolments that are open or await their result."""
        ...


Period = tuple[date, date | None]
"""First and last day; None: no end."""


class CertifiedDays(Protocol):
    """From when until when people are certified: prerequisites, and what a company is shown."""

    async def certified(
        self, session: AsyncSession, days: Mapping[UUID, date]
    ) -> dict[UUID, dict[str, Period]]:
        """For each person, the courses certified at the end of that person's day."""
        ...


@dataclass(frozen=True, slots=True)
class CourseOutcome:
    """A released verdict on a course; `percent` is cut, not rounded."""

    course_code: str
    released_at: datetime
    passed: bool
    percent: str


class ReleasedResults(Protocol):
    """What people have reached in courses: shown to a company with their consent."""

    async def released_outcomes(
        self, session: AsyncSession, person_ids: Collection[UUID]
    ) -> dict[UUID, list[CourseOutcome]]:
        """Each person's verdicts, those that a later one replaced too, the oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class FloorsAbove:
    """The three together, as routes and handlers ask for them."""

    certificates: CertifiedDays
    attempts: AttemptsMade
    results: ReleasedResults
