"""Beginning an attempt: one statement reads the facts, one writes attempt, items and log.

A repeat answers the attempt that is open already, so a lost answer loses nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
import msgspec

from courses.attempts.admission import AdmissionRules, Applicant, refusal
from courses.attempts.deadline import Window, deadline, state_at
from courses.attempts.desk import Desk
from courses.attempts.holder import HOLDER, holder_of
from courses.attempts.reading import StoredAttempt, own_attempt, shown
from courses.attempts.schemas import AttemptOut
from courses.enrolment.attendance.share import Attended, contact_minutes_of
from courses.papers.arrangement import PoolTooSmallError, Share, draw
from lms.kernel.clock import local_day
from lms.kernel.ids import new_id, new_seed
from lms.kernel.problems import Conflict, NotFound, Unauthenticated
from lms.people.sessions.claims import Claims

FACTS = f"""
    SELECT s.exam_id, s.opens_at, s.closes_at, s.listed_only, s.revision AS sitting_revision,
           v.id AS exam_version_id,
           v.blueprint::text AS blueprint, v.time_limit_minutes, v.mixed, v.attendance_percent,
           v.retake_limit, v.cooling_off_days, cv.id AS course_version_id, cv.teach_out_on,
           cv.contact_minutes, o.zone,
           e.id AS enrolment_id, {HOLDER} AS active,
           (SELECT revision FROM person WHERE id = $1) AS person_revision,
           (SELECT coalesce(max(extra_percent), 0) FROM accommodation
            WHERE person_id = $1 AND ended_at IS NULL) AS extra_percent,
           (SELECT coalesce(sum(minutes), 0) FROM attendance
            WHERE enrolment_id = e.id) AS attended_minutes,
           (SELECT coalesce(sum(contact_minutes), 0) FROM meeting
            WHERE class_id = e.class_id) AS meeting_minutes,
           EXISTS (SELECT FROM sitting_candidate
                   WHERE sitting_id = s.id AND enrolment_id = e.id) AS listed,
           ARRAY(SELECT question_version_id FROM exam_pool_entry
                 WHERE exam_version_id = v.id AND withdrawn_at IS NOT NULL) AS withdrawn,
           gone.*
    FROM sitting AS s
    JOIN exam AS x ON x.id = s.exam_id
    JOIN exam_version AS v ON v.exam_id = x.id AND v.state = 'published'
    JOIN component AS c ON c.id = x.component_id
    JOIN course_version AS cv ON cv.id = c.version_id
    JOIN course AS co ON co.id = cv.course_id
    JOIN issuer AS o ON o.id = co.issuer_id
    LEFT JOIN enrolment AS e
      ON e.person_id = $1 AND e.version_id = c.version_id AND e.state = 'confirmed'
    CROSS JOIN LATERAL (
        SELECT count(*) AS number_before,
               count(*) FILTER (WHERE counts) AS made,
               max(coalesce(a.sealed_at, a.deadline_at)) FILTER (WHERE counts) AS last_ended_at,
               coalesce(bool_or(a.state = 'sealed' AND a.released_at IS NULL), false) AS awaited,
               coalesce(bool_or(a.enrolment_id = e.id AND (
                   SELECT g.passed FROM grading AS g WHERE g.attempt_id = a.id
                   ORDER BY g.number DESC LIMIT 1)), false) AS passed,
               (array_agg(a.id) FILTER (WHERE a.state = 'open'))[1] AS open_id,
               (array_agg(a.sitting_id) FILTER (WHERE a.state = 'open'))[1] AS open_sitting_id,
               max(a.deadline_at) FILTER (WHERE a.state = 'open') AS open_until
        FROM attempt AS a
        JOIN enrolment AS earlier ON earlier.id = a.enrolment_id
        CROSS JOIN LATERAL (SELECT earlier.id = e.id OR earlier.state <> 'completed' AS counts) AS w
        WHERE a.person_id = $1 AND a.exam_id = s.exam_id
    ) AS gone
    WHERE s.id = $4 AND s.cancelled_at IS NULL
"""  # noqa: S608 - a constant condition

WRITE = """
    WITH opening AS (
        SELECT id FROM sitting WHERE id = $4 AND revision = $15 FOR SHARE
    ), candidate AS (
        SELECT person.id FROM opening, person
        WHERE person.id = $6 AND person.revision = $16
        FOR SHARE OF person
    ), place AS (
        SELECT e.id FROM candidate, enrolment AS e
        WHERE e.id = $5 AND e.state = 'confirmed' AND e.version_id = $14
        FOR NO KEY UPDATE OF e
    ), made AS (
        INSERT INTO attempt (
            id, exam_id, exam_version_id, sitting_id, enrolment_id, person_id, number, seed,
            state, started_at, limit_minutes, extra_percent, granted_seconds, deadline_at
        )
        SELECT $1, $2, $3, $4, id, $6, $7, $8, 'open', $9, $10, $11, 0, $12 FROM place
        ON CONFLICT DO NOTHING
        RETURNING id
    ), used AS (
        UPDATE exam SET first_used_at = $9 WHERE id = $2 AND first_used_at IS NULL
    ), items AS (
        INSERT INTO attempt_item (attempt_id, position, question_version_id, revision)
        SELECT made.id, line.position, line.version_id, 0
        FROM made, unnest($13::uuid[]) WITH ORDINALITY AS line (version_id, position)
    ), logged AS (
        INSERT INTO attempt_log (attempt_id, at, kind) SELECT id, $9, 'started' FROM made
    )
    SELECT id FROM made
"""
"""Sitting, person and enrolment are locked and looked at again: since FACTS the first may have been
changed or closed early, the second given extra time, the third withdrawn or moved."""


@dataclass(frozen=True, slots=True)
class Started:
    """`resumed`: the attempt was open before."""

    attempt: AttemptOut
    resumed: bool


async def start(desk: Desk, claims: Claims, sitting_id: UUID) -> Started:
    """Begin an attempt in a sitting, or go on with the one that is open there.

    Raises:
        NotFound: no such sitting, or it was cancelled.
        Unauthenticated: the person was disabled, or the session ended.
        Conflict: an admission rule is against it, or an attempt is open in another sitting.
    """
    facts = await desk.pool.fetchrow(FACTS, *holder_of(claims), sitting_id)
    if facts is None:
        raise NotFound
    if not facts["active"]:
        raise Unauthenticated
    if _running(facts, desk.clock.now()):
        if facts["open_sitting_id"] != sitting_id:
            raise Conflict("attempt_open", extra={"attempt_id": str(facts["open_id"])})
        return Started(await own_attempt(desk, claims, facts["open_id"]), resumed=True)
    made = await _begin(desk, claims, sitting_id, facts)
    if made is not None:
        return Started(made, resumed=False)
    return await start(desk, claims, sitting_id)


def _running(facts: asyncpg.Record, now: datetime) -> bool:
    return facts["open_id"] is not None and state_at("open", facts["open_until"], now) == "open"


async def _begin(
    desk: Desk, claims: Claims, sitting_id: UUID, facts: asyncpg.Record
) -> AttemptOut | None:
    """Write the attempt; None when another request was first, and the facts are others now.

    Raises:
        Conflict: an admission rule is against it, or too many of the exam's questions were dropped.
    """
    now = desk.clock.now()
    _admit(facts, now)
    seed = new_seed()
    pool = await desk.served.pool(desk.pool, facts["exam_version_id"], facts["withdrawn"])
    blueprint = [Share(**line) for line in msgspec.json.decode(facts["blueprint"])]
    try:
        version_ids = draw(seed, blueprint, pool, mixed=facts["mixed"])
    except PoolTooSmallError as error:
        raise Conflict("exam_short_of_questions", "some were dropped since") from error
    limit = timedelta(minutes=facts["time_limit_minutes"])
    fresh = StoredAttempt(
        id=new_id(),
        exam_id=facts["exam_id"],
        sitting_id=sitting_id,
        number=facts["number_before"] + 1,
        seed=seed,
        state="open",
        started_at=now,
        deadline_at=deadline(now, limit, _window(facts), [facts["extra_percent"]]),
        sealed_at=None,
        answers=[None] * len(version_ids),
        revisions=[0] * len(version_ids),
    )
    if not await _write(desk, claims, facts, fresh, version_ids):
        return None
    return shown(fresh, await desk.keep(fresh.id, claims.person_id, version_ids), now)


async def _write(
    desk: Desk,
    claims: Claims,
    facts: asyncpg.Record,
    fresh: StoredAttempt,
    version_ids: list[UUID],
) -> bool:
    made = await desk.pool.fetchval(
        WRITE,
        fresh.id,
        fresh.exam_id,
        facts["exam_version_id"],
        fresh.sitting_id,
        facts["enrolment_id"],
        claims.person_id,
        fresh.number,
        fresh.seed,
        fresh.started_at,
        facts["time_limit_minutes"],
        facts["extra_percent"],
        fresh.deadline_at,
        version_ids,
        facts["course_version_id"],
        facts["sitting_revision"],
        facts["person_revision"],
    )
    return made is not None


def _admit(facts: asyncpg.Record, now: datetime) -> None:
    contact = contact_minutes_of(facts["contact_minutes"] or 0, facts["meeting_minutes"])
    applicant = Applicant(
        enrolment_confirmed=facts["enrolment_id"] is not None,
        listed=facts["listed"],
        attended=Attended(facts["attended_minutes"], contact),
        attempts_made=facts["made"],
        last_ended_at=facts["last_ended_at"],
        result_awaited=facts["awaited"] or facts["open_id"] is not None,
        passed_already=facts["passed"],
    )
    rules = AdmissionRules(
        window=_window(facts),
        listed_only=facts["listed_only"],
        attendance_percent=facts["attendance_percent"],
        retake_limit=facts["retake_limit"],
        retakes_until=facts["teach_out_on"],
        cooling_off=timedelta(days=facts["cooling_off_days"]),
    )
    found = refusal(applicant, rules, now, local_day(now, facts["zone"]))
    if found is not None:
        extra: dict[str, object] = {}
        if found.from_when is not None:
            extra["from"] = found.from_when.isoformat()
        raise Conflict(found.code, extra=extra)


def _window(facts: asyncpg.Record) -> Window:
    return Window(facts["opens_at"], facts["closes_at"])
