"""Looking ahead: how known dates change a centre's tally in the coming days.

The count has told what ends (counting/queries.py). What begins is few people, and asked for here.
The look-ahead moves on with the days: what lies beyond it comes in sight on a day that is known.
"""

from collections import Counter
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from certs.centres.counting.queries import ROLES, Count, one_for, parameters_of
from certs.centres.health.rules import Foreseen
from certs.centres.policy.fraction import Tally
from certs.centres.policy.rules import Policy

BEGINNING = """
    WITH place AS (
        SELECT a.id, a.staff_record_id, a.valid_from, a.valid_to
        FROM assignment AS a {roles}
        WHERE a.centre_id = :centre_id AND a.is_primary AND a.superseded_at IS NULL
            AND a.valid_from <= :horizon AND (a.valid_to IS NULL OR a.valid_to > :day)
    ), pair AS (
        SELECT place.id, l.id AS link_id, l.person_id, daterange(place.valid_from, place.valid_to)
            * daterange(l.valid_from, l.valid_to) AS days
        FROM staff_link AS l JOIN place ON place.staff_record_id = l.staff_record_id
        WHERE l.id = ANY (CAST(:beginning AS uuid[])) AND place.valid_from <= :day
        UNION ALL
        SELECT place.id, l.id, l.person_id,
            daterange(place.valid_from, place.valid_to) * daterange(l.valid_from, l.valid_to)
        FROM place JOIN staff_link AS l ON l.staff_record_id = place.staff_record_id
        WHERE place.valid_from > :day
    ), held AS (
        SELECT unnest(range_agg(pair.days * daterange(w.from_day, w.last_day, '[]'))) AS days
        FROM pair
        JOIN award AS w ON w.person_id = pair.person_id AND w.state = 'in_force'
            AND w.course_code = ANY (CAST(:courses AS text[]))
        GROUP BY pair.id, pair.link_id
    ), turn AS (
        SELECT lower(days) AS day, 1 AS qualified FROM held
        UNION ALL SELECT upper(days), -1 FROM held
    )
    SELECT day, sum(qualified) AS qualified FROM turn
    WHERE day > :day AND day <= :horizon GROUP BY day
"""

BEGINNING_ALL, BEGINNING_SOME = (text(BEGINNING.format(roles=roles)) for roles in ("", ROLES))

JOINING = """
    SELECT min(ends) FROM assignment AS a {roles}
    JOIN staff_link AS l ON l.staff_record_id = a.staff_record_id
    LEFT JOIN award AS w ON w.person_id = l.person_id AND w.state = 'in_force'
        AND w.course_code = ANY (CAST(:courses AS text[]))
    CROSS JOIN LATERAL unnest(ARRAY[l.valid_to, w.last_day + 1]) AS ends
    WHERE a.centre_id = :centre_id AND a.is_primary AND a.superseded_at IS NULL
        AND a.valid_from > :day AND a.valid_from <= :horizon AND ends > :horizon
"""
"""Of those whose place begins within the look-ahead: the first link or award that ends after it."""

JOINING_ALL, JOINING_SOME = (text(JOINING.format(roles=roles)) for roles in ("", ROLES))


async def foresee(
    session: AsyncSession, centre_id: UUID, day: date, policy: Policy, count: Count
) -> list[Foreseen]:
    """The tallies of the coming days, within the look-ahead, that known dates change."""
    qualified = Counter[date]()
    qualified.subtract(count.losses)
    if count.beginning or count.joins:
        statement = one_for(policy, BEGINNING_ALL, BEGINNING_SOME)
        parameters = parameters_of(centre_id, day, policy) | {"beginning": list(count.beginning)}
        for row in await session.execute(statement, parameters):
            qualified[row.day] += row.qualified
    counted = Counter(count.joins)
    counted.subtract(count.leaves)
    coming, tally = [], count.tally
    for one in sorted(counted.keys() | qualified.keys()):
        tally = Tally(tally.counted + counted[one], tally.qualified + qualified[one])
        coming.append(Foreseen(one, tally))
    return coming


async def more_in_sight_on(
    session: AsyncSession, centre_id: UUID, day: date, policy: Policy, count: Count
) -> date | None:
    """The next day on which the look-ahead reaches a date that may make the tally worse."""
    beyond = [count.beyond]
    if count.joins:
        statement = one_for(policy, JOINING_ALL, JOINING_SOME)
        beyond.append(await session.scalar(statement, parameters_of(centre_id, day, policy)))
    first = min((one for one in beyond if one is not None), default=None)
    return None if first is None else first - timedelta(days=policy.look_ahead_days)
