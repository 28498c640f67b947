"""Counting a centre on a day: one statement over roster, links and awards, and no stored tally.

The database sees to it that a staff record has one primary place and one link a day, and a person
one link in a company, so rows are people. rules.py says the same for evidence, in Python.
Nothing in it is correlated, so that a large centre is joined by hash and a small one by index; but
for past job roles, which are few and of which one is wanted. An award's last day is compared
through coalesce: an OR would be two searches of the index for each person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from certs.centres.counting.on_a_day import HAS_PLACE, LINKED, role_counts
from certs.centres.counting.rules import HeldAward, Member
from certs.centres.policy.fraction import Tally
from certs.centres.policy.rules import Policy

STAFF = """
    (staff_record AS r LEFT JOIN LATERAL (
        SELECT held_until, job_role FROM past_job_role WHERE staff_record_id = r.id
            AND held_until >= (SELECT (CAST(:day AS date) + 1)::timestamp AT TIME ZONE zone
                FROM centre WHERE id = :centre_id)
        ORDER BY held_until LIMIT 1
    ) AS p ON true)
"""
JOB_ROLE = "CASE WHEN p.held_until IS NULL THEN r.job_role ELSE p.job_role END"
"""The role at the end of the day, in the centre's zone: the present one while it is not over."""

ROLES = f"""
    JOIN {STAFF} ON r.id = a.staff_record_id AND {role_counts(JOB_ROLE)}
"""

COUNT = f"""
    SELECT place.*, held.*
    FROM (
        SELECT count(*) FILTER (WHERE a.valid_from <= :day) AS counted,
            array_agg(a.valid_from) FILTER (WHERE a.valid_from > :day
                AND a.valid_from <= :horizon) AS joins,
            array_agg(a.valid_to) FILTER (WHERE a.valid_to <= :horizon) AS leaves,
            LEAST(min(a.valid_from) FILTER (WHERE a.valid_from > :day), min(a.valid_to)) AS moves,
            LEAST(min(a.valid_from) FILTER (WHERE a.valid_from > :horizon),
                min(a.valid_to) FILTER (WHERE a.valid_to > :horizon)) AS later_moves
        FROM assignment AS a {{roles}}
        WHERE a.centre_id = :centre_id AND a.is_primary AND a.superseded_at IS NULL
            AND (a.valid_to IS NULL OR a.valid_to > :day)
    ) AS place, (
        SELECT count(l.until) FILTER (WHERE l.valid_from <= :day) AS qualified,
            count(*) FILTER (WHERE l.valid_to <= :horizon OR l.until < :horizon) AS losing,
            array_agg(LEAST(l.until + 1, l.valid_to, l.place_to)) FILTER (WHERE
                l.until IS NOT NULL AND l.starts IS NULL AND l.valid_from <= :day
                AND (l.until < :horizon OR LEAST(l.valid_to, l.place_to) <= :horizon)
            ) AS losses,
            array_agg(l.id) FILTER (WHERE l.starts IS NOT NULL OR l.valid_from > :day) AS beginning,
            LEAST(
                min(l.valid_from) FILTER (WHERE l.valid_from > :day), min(l.valid_to),
                min(l.starts), min(nullif(l.until, 'infinity')) + 1
            ) AS turns,
            LEAST(
                min(l.valid_to) FILTER (WHERE l.valid_to > :horizon), min(l.later_end) + 1
            ) AS later_ends
        FROM (
            SELECT l.id, l.valid_from, l.valid_to, min(a.valid_to) AS place_to,
                max(coalesce(w.last_day, 'infinity')) FILTER (WHERE w.from_day <= :day) AS until,
                min(w.from_day) FILTER (WHERE w.from_day > :day) AS starts,
                min(w.last_day) FILTER (WHERE w.last_day >= :horizon) AS later_end
            FROM assignment AS a {{roles}}
            JOIN staff_link AS l ON l.staff_record_id = a.staff_record_id
                AND (l.valid_to IS NULL OR l.valid_to > :day)
            LEFT JOIN award AS w ON w.person_id = l.person_id AND w.state = 'in_force'
                AND w.course_code = ANY (CAST(:courses AS text[]))
                AND coalesce(w.last_day, 'infinity') >= :day
            WHERE a.centre_id = :centre_id AND {HAS_PLACE}
            GROUP BY l.id
        ) AS l
    ) AS held
"""  # noqa: S608 - constants

MEMBERS = f"""
    SELECT a.staff_record_id, l.person_id, {JOB_ROLE} AS job_role, w.id AS award_id, w.course_code,
        w.state = 'in_force' AS live, w.from_day, w.last_day
    FROM assignment AS a
    JOIN {STAFF} ON r.id = a.staff_record_id
    LEFT JOIN staff_link AS l ON l.staff_record_id = a.staff_record_id
        AND {LINKED}
    LEFT JOIN award AS w ON w.person_id = l.person_id
        AND w.made_at <= coalesce(CAST(:made_by AS timestamptz), 'infinity')
    WHERE a.centre_id = :centre_id AND {HAS_PLACE}
    ORDER BY a.staff_record_id, w.id
"""  # noqa: S608 - constants of this module

COUNT_ALL, COUNT_SOME = text(COUNT.format(roles="")), text(COUNT.format(roles=ROLES))
MEMBERS_ON = text(MEMBERS)

FOR_MANY = text(
    """
    SELECT set_config('plan_cache_mode', 'force_custom_plan', true),
        set_config('work_mem', '32MB', true)
    """
)
"""A plan kept from small centres searches an index for each person, where a join by hash, in
memory, takes half as long."""
FEW = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A day's tally, and what known dates will make of it within the policy's look-ahead.

    `turns_on` is the next day on which a known date changes the tally, also beyond the look-ahead.
    `joins` and `leaves` are the days on which a place begins or ends, each as often as it does;
    `losses`, those on which a qualification ends. Not in `losses` are the links in `beginning`,
    by which somebody begins to be qualified (again), nor people whose place begins. `losing` is how
    many qualifications end at most. `beyond` is the first day after the look-ahead on which the
    tally may get worse, as far as it hangs on places and on people who have one today.
    """

    tally: Tally
    turns_on: date | None
    joins: Sequence[date]
    leaves: Sequence[date]
    losses: Sequence[date]
    losing: int
    beginning: Sequence[UUID]
    beyond: date | None


async def count_on(
    session: AsyncSession, centre_id: UUID, day: date, policy: Policy, *, about: int | None = None
) -> Count:
    """Recount a centre. Call it under the centre's lock, in a statement later than the lock's.

    `about` is how many were counted last time: a large centre, or one of unknown size, is planned
    for anew.
    """
    if about is None or about > FEW:
        await session.execute(FOR_MANY)
    statement = one_for(policy, COUNT_ALL, COUNT_SOME)
    row = (await session.execute(statement, parameters_of(centre_id, day, policy))).one()
    return Count(
        tally=Tally(row.counted, row.qualified),
        turns_on=_first(row.moves, row.turns),
        joins=row.joins or (),
        leaves=row.leaves or (),
        losses=row.losses or (),
        losing=row.losing,
        beginning=row.beginning or (),
        beyond=_first(row.later_moves, row.later_ends),
    )


def _first(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)


async def members_on(
    session: AsyncSession, centre_id: UUID, day: date, *, made_by: datetime | None = None
) -> list[Member]:
    """Everybody with a primary place that day, as known now, with all awards of linked people.

    `made_by` leaves out awards that were made after that instant.
    """
    found = await session.execute(
        MEMBERS_ON, {"centre_id": centre_id, "day": day, "made_by": made_by}
    )
    return [
        _member(list(rows)) for _, rows in groupby(found.all(), key=lambda row: row.staff_record_id)
    ]


def one_for(policy: Policy, everybody: TextClause, some: TextClause) -> TextClause:
    return some if policy.job_roles_not_counted else everybody


def parameters_of(centre_id: UUID, day: date, policy: Policy) -> dict[str, Any]:
    parameters: dict[str, Any] = {
        "centre_id": centre_id,
        "day": day,
        "horizon": day + timedelta(days=policy.look_ahead_days),
        "courses": sorted(policy.qualifying_courses),
    }
    if policy.job_roles_not_counted:
        parameters["roles"] = sorted(policy.job_roles_not_counted)
    return parameters


def _member(rows: Sequence[Any]) -> Member:
    first = rows[0]
    awards = tuple(
        HeldAward(row.award_id, row.course_code, row.live, row.from_day, row.last_day)
        for row in rows
        if row.award_id is not None
    )
    return Member(first.staff_record_id, first.person_id, first.job_role, awards)
