"""Looking ahead: how known dates change a centre's tally in the coming days, in one statement."""

from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from certs.centres.counting.queries import ROLES, one_for, parameters_of
from certs.centres.health.rules import Foreseen
from certs.centres.policy.fraction import Tally
from certs.centres.policy.rules import Policy

FORESEE = """
    WITH place AS (
        SELECT a.staff_record_id, a.valid_from, a.valid_to
        FROM assignment AS a {roles}
        WHERE a.centre_id = :centre_id AND a.is_primary AND a.superseded_at IS NULL
            AND a.valid_from <= :horizon AND (a.valid_to IS NULL OR a.valid_to > :day)
    ), member AS (
        SELECT place.*, l.valid_to AS unlinked, certified.until,
            place.valid_from > :day OR l.valid_from > :day OR certified.again AS begins
        FROM place
        JOIN staff_link AS l ON l.staff_record_id = place.staff_record_id
            AND (l.valid_to IS NULL OR l.valid_to > :day)
        CROSS JOIN LATERAL (
            SELECT max(coalesce(w.last_day, 'infinity')) FILTER (WHERE w.from_day <= :day) AS until,
                coalesce(bool_or(w.from_day > :day), false) AS again
            FROM award AS w
            WHERE w.person_id = l.person_id AND w.state = 'in_force'
                AND w.course_code = ANY (CAST(:courses AS text[]))
                AND (w.last_day IS NULL OR w.last_day >= :day)
        ) AS certified
    ), beginning AS (
        SELECT DISTINCT staff_record_id FROM member WHERE begins
    ), held AS (
        SELECT range_agg(daterange(place.valid_from, place.valid_to)
            * daterange(l.valid_from, l.valid_to) * daterange(w.from_day, w.last_day, '[]')) AS days
        FROM beginning
        JOIN place ON place.staff_record_id = beginning.staff_record_id
        JOIN staff_link AS l ON l.staff_record_id = beginning.staff_record_id
        JOIN award AS w ON w.person_id = l.person_id AND w.state = 'in_force'
            AND w.course_code = ANY (CAST(:courses AS text[]))
        GROUP BY beginning.staff_record_id
    ), turn AS (
        SELECT valid_from AS day, 1 AS counted, 0 AS qualified FROM place
        UNION ALL SELECT valid_to, -1, 0 FROM place
        UNION ALL SELECT LEAST(until + 1, valid_to, unlinked), 0, -1 FROM member
            WHERE until IS NOT NULL AND staff_record_id NOT IN (SELECT * FROM beginning)
        UNION ALL SELECT lower(d), 0, 1 FROM held, unnest(days) AS d
        UNION ALL SELECT upper(d), 0, -1 FROM held, unnest(days) AS d
    )
    SELECT day, sum(counted) AS counted, sum(qualified) AS qualified FROM turn
    WHERE day > :day AND day <= :horizon GROUP BY day ORDER BY day
"""

FORESEE_ALL, FORESEE_SOME = text(FORESEE.format(roles="")), text(FORESEE.format(roles=ROLES))


async def foresee(
    session: AsyncSession, centre_id: UUID, day: date, policy: Policy, today: Tally
) -> list[Foreseen]:
    """The tallies of the coming days, within the look-ahead, that known dates change."""
    statement = one_for(policy, FORESEE_ALL, FORESEE_SOME)
    rows = await session.execute(statement, parameters_of(centre_id, day, policy))
    coming, counted, qualified = [], today.counted, today.qualified
    for row in rows:
        counted += row.counted
        qualified += row.qualified
        coming.append(Foreseen(row.day, Tally(counted, qualified)))
    return coming
