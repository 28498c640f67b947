"""What enrolment needs from the floors above; `lms/wiring.py` hands it in."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession


class HoldsCertificate(Protocol):
    """Who holds which certificate: asked for prerequisites."""

    async def holds(
        self, session: AsyncSession, person_id: UUID, course_code: str, day: date
    ) -> bool:
        """Whether the person's certificate of the course is in force that day."""
        ...


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
    """From when until when people are certified: shown to their company."""

    async def certified(
        self, session: AsyncSession, person_ids: Collection[UUID], day: date
    ) -> dict[UUID, dict[str, Period]]:
        """For each person, the courses of which a certificate is in force that day."""
        ...


@dataclass(frozen=True, slots=True)
class FloorsAbove:
    """The three together, as routes and handlers ask for them."""

    certificates: HoldsCertificate
    attempts: AttemptsMade
    certified_days: CertifiedDays
