"""Submitting one's own attempt: it is sealed, marked, and its result released by rule."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from courses.attempts.connection import connection_of
from courses.attempts.desk import Desk
from courses.attempts.sealing import lock_own
from courses.results.completion import close
from lms.kernel.actor import Actor
from lms.kernel.work import Works
from lms.people.sessions.claims import Claims


@dataclass(frozen=True, slots=True)
class Submitted:
    """When the attempt ended: at the submission, or at its deadline where that came first."""

    attempt_id: UUID
    sealed_at: datetime


async def submit(
    works: Works, desk: Desk, claims: Claims, attempt_id: UUID, request_id: str
) -> Submitted:
    """Seal the attempt. A repeat, also after the sweeper, is the same success.

    Raises:
        NotFound: no such attempt of this person.
        Unauthenticated: the person was disabled, or the session ended.
    """
    actor = Actor(kind="person", person_id=claims.person_id, request_id=request_id)
    async with works.write(actor) as work:
        connection = await connection_of(work)
        attempt = await lock_own(work, connection, claims, attempt_id)
        ended = await close(work, connection, desk.served, attempt)
    return Submitted(attempt_id, ended)
