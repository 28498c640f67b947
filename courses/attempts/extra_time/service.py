"""Time given to people: standing rights, and grants to running attempts.

Each recomputes the deadline by the one function, records it in the attempt's log, and is audited.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from courses.attempts import queries
from courses.attempts.deadline import Window, extra_percent, state_at
from courses.attempts.models import Attempt, AttemptLog, DeadlineGrant, LogKind
from courses.attempts.permissions import GIVE_TIME
from courses.attempts.recomputing import deadline_under
from courses.sittings.models import Accommodation, Sitting
from courses.sittings.queries import require_sitting
from lms.approvals.own_matter import require_others_matter
from lms.audit.service import record
from lms.kernel.locks import Locked, lock
from lms.kernel.problems import Conflict, NotFound
from lms.kernel.work import Work
from lms.people.persons.models import Person
from lms.web.dependencies import ExpectedRevision


async def give_accommodation(
    work: Work, person_id: UUID, percent: int, reason: str
) -> Accommodation:
    """Give a person extra time in every exam, those that are running included.

    Raises:
        NotFound: there is no such person.
        Conflict: it is the actor, who does not decide in their own matter.
    """
    work.actor.require(GIVE_TIME)
    require_others_matter(work, person_id)
    if not await lock(work, Locked.PERSON, [person_id]):
        raise NotFound
    await _outdate_starts(work, person_id)
    given = Accommodation(
        id=work.new_id(),
        person_id=person_id,
        extra_percent=percent,
        reason=reason,
        given_by=work.actor.person,
        given_at=work.now(),
    )
    work.session.add(given)
    await work.session.flush()
    await record(
        work,
        action="accommodation.given",
        subject=("accommodation", given.id),
        after={"person_id": person_id, "extra_percent": percent},
    )
    rights = await queries.extra_percents(work.session, person_id)
    running = await queries.running_ids(work.session, work.now(), person_id=person_id)
    for attempt_id in await lock(work, Locked.ATTEMPT, running):
        attempt, sitting = await queries.with_sitting(work.session, attempt_id)
        if _runs(work, attempt):
            attempt.extra_percent = max(attempt.extra_percent, extra_percent(rights))
            await _recompute(work, attempt, sitting)
    return given


async def _outdate_starts(work: Work, person_id: UUID) -> None:
    """An attempt that is just beginning reads the person's rights again (`starting.py`)."""
    person = await work.session.get_one(Person, person_id)
    person.revision += 1


async def end_accommodation(
    work: Work, accommodation_id: UUID, expected: ExpectedRevision
) -> Accommodation:
    """End a standing right; attempts that are running keep what they began with.

    Raises:
        StaleRevision: somebody changed it in the meantime.
        Conflict: it has ended, or is the actor's own.
    """
    work.actor.require(GIVE_TIME)
    held = await queries.require_accommodation(work.session, accommodation_id)
    require_others_matter(work, held.person_id)
    expected.check(held.revision)
    if held.ended_at is not None:
        raise Conflict("accommodation_ended")
    held.ended_at, held.ended_by = work.now(), work.actor.person
    held.revision += 1
    await record(work, action="accommodation.ended", subject=("accommodation", held.id))
    return held


async def grant_time(work: Work, attempt_id: UUID, span: timedelta, reason: str) -> DeadlineGrant:
    """Give a running attempt more time.

    Raises:
        NotFound: there is no such attempt.
        Conflict: it has been submitted or its deadline has passed; the sweeper makes no difference.
            Or it is the actor's own.
    """
    work.actor.require(GIVE_TIME)
    if not await lock(work, Locked.ATTEMPT, [attempt_id]):
        raise NotFound
    attempt, sitting = await queries.with_sitting(work.session, attempt_id)
    require_others_matter(work, attempt.person_id)
    if not _runs(work, attempt):
        raise Conflict("attempt_over", "time is given to running attempts only")
    return await _grant(work, attempt, sitting, span, reason)


async def grant_time_to_sitting(
    work: Work, sitting_id: UUID, span: timedelta, reason: str
) -> Sequence[DeadlineGrant]:
    """Give every attempt that is running in a sitting more time: after a fire alarm, say.

    Raises:
        NotFound: there is no such sitting.
        Conflict: an attempt of the actor's own is among them; nobody is given time then.
    """
    work.actor.require(GIVE_TIME)
    await require_sitting(work.session, sitting_id)
    running = await queries.running_ids(work.session, work.now(), sitting_id=sitting_id)
    granted = []
    for attempt_id in await lock(work, Locked.ATTEMPT, running):
        attempt, sitting = await queries.with_sitting(work.session, attempt_id)
        if _runs(work, attempt):
            require_others_matter(work, attempt.person_id)
            granted.append(await _grant(work, attempt, sitting, span, reason))
    return granted


def _runs(work: Work, attempt: Attempt) -> bool:
    """Whether a locked attempt still runs: it may have ended while its lock was waited for."""
    return state_at(attempt.state, attempt.deadline_at, work.now()) == "open"


async def _grant(
    work: Work, attempt: Attempt, sitting: Sitting, span: timedelta, reason: str
) -> DeadlineGrant:
    before = attempt.deadline_at
    attempt.granted_seconds += int(span.total_seconds())
    await _recompute(work, attempt, sitting, reason)
    grant = DeadlineGrant(
        id=work.new_id(),
        attempt_id=attempt.id,
        seconds=int(span.total_seconds()),
        reason=reason,
        granted_by=work.actor.person,
        granted_at=work.now(),
        deadline_before=before,
        deadline_after=attempt.deadline_at,
    )
    work.session.add(grant)
    return grant


async def _recompute(
    work: Work, attempt: Attempt, sitting: Sitting, reason: str | None = None
) -> None:
    """Bring the stored deadline to what the one function says.

    No reason for a standing right: that is a private matter, and only in its own row.
    """
    before = attempt.deadline_at
    attempt.deadline_at = deadline_under(attempt, Window(sitting.opens_at, sitting.closes_at))
    work.session.add(AttemptLog(attempt_id=attempt.id, at=work.now(), kind=LogKind.DEADLINE_MOVED))
    await record(
        work,
        action="attempt.deadline-moved",
        subject=("attempt", attempt.id),
        before={"deadline_at": before},
        after={"deadline_at": attempt.deadline_at},
        reason=reason,
    )
