"""What rosters say of a day, asked of the tables in the tests' own words."""

from sqlalchemy import text

COMPANIES = text("""
    SELECT DISTINCT organisation_id FROM staff_link
    WHERE person_id = :id AND valid_from <= :day AND (valid_to IS NULL OR valid_to > :day)
    ORDER BY organisation_id
""")
COUNTED = text("""
    SELECT staff_record_id FROM assignment
    WHERE centre_id = :id AND is_primary AND superseded_at IS NULL
        AND valid_from <= :day AND (valid_to IS NULL OR valid_to > :day)
    ORDER BY staff_record_id
""")


async def companies_of_person(session, person_id, day):
    """The companies that somebody is linked to on a day."""
    return list(await session.scalars(COMPANIES, {"id": person_id, "day": day}))


async def counted_on(session, centre_id, day):
    """The staff records whose primary place a centre is on a day, as is known now."""
    return list(await session.scalars(COUNTED, {"id": centre_id, "day": day}))
