"""Whole centres written at once, for races and for counting at size: same rows, no verbs."""

from uuid import UUID

from sqlalchemy import text

from tests.certs.centres.world import World

CROWD = text(
    """
    WITH made AS (
        SELECT uuidv7_like() AS staff_id, uuidv7_like() AS person_id, n
        FROM generate_series(1, :size) AS n
    ), people AS (
        INSERT INTO person (id, issuer_id, name_zh, name_order, language, email, state, epoch,
            revision, created_at, search_grams)
        SELECT person_id, :issuer_id, '陳大文', 'family_first', 'zh-Hant',
            person_id || '@example.org', 'active', 1, 1, :at, '{}' FROM made
    ), staff AS (
        INSERT INTO staff_record (id, organisation_id, staff_number, name_zh, created_at, revision)
        SELECT staff_id, :organisation_id, staff_id::text, '陳大文', :at, 1 FROM made
    ), links AS (
        INSERT INTO staff_link (id, organisation_id, staff_record_id, person_id, valid_from,
            made_at)
        SELECT uuidv7_like(), :organisation_id, staff_id, person_id, :day, :at FROM made
        WHERE n <= :linked
    ), places AS (
        INSERT INTO assignment (id, organisation_id, centre_id, staff_record_id, is_primary,
            valid_from, known_at)
        SELECT uuidv7_like(), :organisation_id, :centre_id, staff_id, true, :day, :at FROM made
    ), awards AS (
        INSERT INTO award (id, issuer_id, person_id, course_id, course_code, version_id, scheme_id,
            scheme_version, from_day, last_day, state, decider, decided_by, approved_by, ground,
            made_at, revision)
        SELECT uuidv7_like(), :issuer_id, person_id, :course_id, 'CPCS', :course_id, :course_id, 1,
            :day, CASE WHEN n <= :ending THEN CAST(:day AS date) + 30 + n % 28 END, 'in_force',
            'two_people', :one, :other, 'prior result', :at, 1
        FROM made WHERE n <= :qualified
    )
    SELECT staff_id, person_id FROM made ORDER BY n
    """.replace("uuidv7_like()", "uuidv7()")
)
"""uuidv7() is PostgreSQL 18's own; on older ones the crowd falls back on random ids."""

RANDOM = text(CROWD.text.replace("uuidv7()", "gen_random_uuid()"))


async def a_crowd(
    world: World,
    centre_id: UUID,
    *,
    size: int,
    qualified: int,
    linked: int | None = None,
    ending: int = 0,
) -> list[UUID]:
    """Fill a centre with linked people, the first of them qualified; answers the people.

    The first `ending` are qualified for one or two months only.
    """
    async with world.write("crowd") as work:
        await world.fractions.before(work, [centre_id])
        modern = await work.session.scalar(
            text("SELECT count(*) > 0 FROM pg_proc WHERE proname = 'uuidv7'")
        )
        rows = await work.session.execute(
            CROWD if modern else RANDOM,
            {
                "size": size,
                "qualified": qualified,
                "ending": ending,
                "linked": size if linked is None else linked,
                "issuer_id": "01900000-0000-7000-8000-000000000001",
                "organisation_id": world.organisation_id,
                "centre_id": centre_id,
                "course_id": world.courses["CPCS"],
                "one": world.deciders[0],
                "other": world.deciders[1],
                "day": world.today,
                "at": work.now(),
            },
        )
        people = [row.person_id for row in rows]
        await world.fractions.changed(work, [centre_id])
    return people
