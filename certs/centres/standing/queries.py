"""Where a company's centre stands: scope is the organisation, in every statement.

A company sees names of its own records, whether somebody holds a certificate, and until when;
never a mark, a result or an attempt.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from certs.centres.counting.on_a_day import HAS_PLACE, LINKED, role_counts
from certs.centres.policy.rules import Policy
from lms.kernel.paging import PageRequest
from lms.kernel.problems import NotFound

CENTRE = text(
    """
    SELECT id, organisation_id, zone, state, registered_on FROM centre
    WHERE id = :centre_id AND organisation_id = :organisation_id
    """
)
ATTESTED = text(
    """
    SELECT coalesce(max(day), '-infinity') >= CAST(:since AS date) FROM roster_attestation
    WHERE centre_id = :centre_id AND organisation_id = :organisation_id
    """
)
STANDING = text(
    "SELECT seq, at, health, nobody_to_spare, breaks_on, next_evaluation_at FROM centre_standing "
    "WHERE centre_id = :centre_id AND organisation_id = :organisation_id"
)
HELD = """
    SELECT own.spans, own.ever, (
        SELECT coalesce(upper(span) - 1, 'infinity') FROM unnest(own.spans) AS span
        WHERE span @> CAST(:day AS date)
    ) AS until
    FROM (
        SELECT count(*) > 0 AS ever, range_agg(daterange(w.from_day, w.last_day, '[]'))
            FILTER (WHERE w.state = 'in_force') AS spans
        FROM award AS w
        WHERE w.person_id = l.person_id AND w.course_code = ANY (CAST(:courses AS text[]))
    ) AS own
"""
"""The days on which somebody is qualified. Who is today is `until` the day before the first gap: a
renewal that is decided ahead goes on where the period before it ends."""

PEOPLE = f"""
    SELECT r.id, r.staff_number, r.name_zh, r.name_en, r.job_role,
        l.person_id IS NOT NULL AS linked, held.until, held.ever
    FROM assignment AS a
    JOIN staff_record AS r ON r.id = a.staff_record_id
    LEFT JOIN staff_link AS l ON l.staff_record_id = a.staff_record_id
        AND {LINKED}
    LEFT JOIN LATERAL ({HELD}) AS held ON true
    WHERE a.centre_id = :centre_id AND a.organisation_id = :organisation_id
        AND {HAS_PLACE} AND {role_counts("r.job_role")}
"""  # noqa: S608 - constants
MISSING = text(
    PEOPLE
    + """
        AND held.until IS NULL AND (r.staff_number, r.id) > (:number, CAST(:after AS uuid))
    ORDER BY r.staff_number, r.id LIMIT :most
    """
)
EXPIRING = text(
    PEOPLE
    + """
        AND held.until <> 'infinity'
        AND (held.until, r.id) > (CAST(:until AS date), CAST(:after AS uuid))
    ORDER BY held.until, r.id LIMIT :most
    """
)
BREAKING = text(
    f"""
    SELECT r.id, r.staff_number, r.name_zh, r.name_en,
        LEAST(held.until, l.valid_to - 1, a.valid_to - 1) AS until
    FROM assignment AS a
    JOIN staff_record AS r ON r.id = a.staff_record_id
    JOIN staff_link AS l ON l.staff_record_id = a.staff_record_id
        AND {LINKED}
    CROSS JOIN LATERAL ({HELD}) AS held
    WHERE a.centre_id = :centre_id AND a.organisation_id = :organisation_id
        AND {HAS_PLACE} AND {role_counts("r.job_role")}
        AND held.until IS NOT NULL
        AND (NOT held.spans @> CAST(:breaks_on AS date)
            OR l.valid_to <= :breaks_on OR a.valid_to <= :breaks_on)
    ORDER BY until, r.id LIMIT :most
    """  # noqa: S608 - constants
)
BEGINNING = UUID(int=0)


async def require_centre(session: AsyncSession, organisation_id: UUID, centre_id: UUID) -> Row[Any]:
    """One centre of the company.

    Raises:
        NotFound: the company has none such.
    """
    parameters = {"organisation_id": organisation_id, "centre_id": centre_id}
    found = (await session.execute(CENTRE, parameters)).one_or_none()
    if found is None:
        raise NotFound
    return found


async def standing(
    session: AsyncSession, organisation_id: UUID, centre_id: UUID
) -> Row[Any] | None:
    """What the latest evaluation left; None before the first."""
    parameters = {"organisation_id": organisation_id, "centre_id": centre_id}
    return (await session.execute(STANDING, parameters)).one_or_none()


async def attested_since(
    session: AsyncSession, organisation_id: UUID, centre_id: UUID, since: date
) -> bool:
    """Whether a manager gave their word for the roster on that day or later."""
    parameters = {"organisation_id": organisation_id, "centre_id": centre_id, "since": since}
    return bool(await session.scalar(ATTESTED, parameters))


async def missing(
    session: AsyncSession,
    organisation_id: UUID,
    centre_id: UUID,
    *,
    day: date,
    policy: Policy,
    page: PageRequest,
) -> Sequence[Row[Any]]:
    """Who counts and is not qualified, by staff number; one more than the page holds."""
    parameters = _parameters(organisation_id, centre_id, day, policy, page)
    number = page.after_text(-1) if page.after else ""
    return (await session.execute(MISSING, {**parameters, "number": number})).all()


async def expiring(
    session: AsyncSession,
    organisation_id: UUID,
    centre_id: UUID,
    *,
    day: date,
    policy: Policy,
    page: PageRequest,
) -> Sequence[Row[Any]]:
    """Whose qualification ends, soonest first; one more than the page holds."""
    parameters = _parameters(organisation_id, centre_id, day, policy, page)
    until = page.after_day(-1) if page.after else day
    return (await session.execute(EXPIRING, {**parameters, "until": until})).all()


async def breaking(
    session: AsyncSession,
    organisation_id: UUID,
    centre_id: UUID,
    *,
    day: date,
    breaks_on: date,
    policy: Policy,
    most: int,
) -> Sequence[Row[Any]]:
    """Who is qualified today and, as far as is known, no more on a coming day; soonest first.

    `until` is the last day on which they are: their certificate's, their link's or their place's.
    """
    parameters = _parameters(organisation_id, centre_id, day, policy, PageRequest(limit=most))
    parameters |= {"breaks_on": breaks_on, "most": most}
    return (await session.execute(BREAKING, parameters)).all()


def _parameters(
    organisation_id: UUID, centre_id: UUID, day: date, policy: Policy, page: PageRequest
) -> dict[str, Any]:
    return {
        "organisation_id": organisation_id,
        "centre_id": centre_id,
        "day": day,
        "courses": sorted(policy.qualifying_courses),
        "roles": sorted(policy.job_roles_not_counted),
        "after": page.after_id() if page.after else BEGINNING,
        "most": page.limit + 1,
    }
