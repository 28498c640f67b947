"""What a centre was on a past day: how it had been counted, and its certificate's status."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from certs.centres.decisions.rules import DecisionKind
from certs.centres.decisions.status import DayStatus, status_on

EVALUATED = text(
    """
    SELECT seq, day, counted, qualified, required, outcome, policy_version FROM centre_evaluation
    WHERE centre_id = :centre_id AND organisation_id = :organisation_id AND day <= :day
    ORDER BY seq DESC LIMIT 1
    """
)
CERTIFICATE = text(
    """
    SELECT id, from_day, last_day FROM centre_award
    WHERE centre_id = :centre_id AND organisation_id = :organisation_id AND from_day <= :day
    ORDER BY from_day DESC, id DESC LIMIT 1
    """
)
DECIDED = text("SELECT kind, day FROM centre_decision WHERE centre_award_id = :id ORDER BY seq")


@dataclass(frozen=True, slots=True)
class Day:
    """`evaluation` is the last one that had been made by the end of the day."""

    evaluation: Row[Any] | None
    certificate: Row[Any] | None
    status: DayStatus | None


async def day_of(session: AsyncSession, organisation_id: UUID, centre_id: UUID, day: date) -> Day:
    """One day of a centre of the company."""
    scope = {"organisation_id": organisation_id, "centre_id": centre_id, "day": day}
    evaluation = (await session.execute(EVALUATED, scope)).one_or_none()
    certificate = (await session.execute(CERTIFICATE, scope)).one_or_none()
    if certificate is None:
        return Day(evaluation, None, None)
    rows = await session.execute(DECIDED, {"id": certificate.id})
    decided = [(DecisionKind(row.kind), row.day) for row in rows]
    status = status_on(day, certificate.from_day, certificate.last_day, decided)
    return Day(evaluation, certificate, status)
