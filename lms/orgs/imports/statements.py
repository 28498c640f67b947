"""The import's set-based SQL: the diff of a staged file, and its commit. One file, one pass each.

A line means: from `from_day` on they are in that centre, until `to_day` (exclusive) or for good;
whatever was planned otherwise from then on is gone. What was before, elsewhere, stays. A file
without last days ends nothing later or earlier than it did. A line that says of the present place
what is known of it changes nothing, not what is planned after it: so an exported file comes back.
"""

from sqlalchemy import text

from lms.orgs.staff.job_roles import keep_past

V7 = """(lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || '7'
    || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid"""
"""A UUIDv7, made where the rows are."""

MAKE_STAGING = text(
    """
    CREATE TEMP TABLE staged_line (
        line integer, staff_number text, name_zh text, name_en text, work_email text,
        job_role text, centre_id uuid, first_day date, last_day date
    ) ON COMMIT DROP
    """
)
ANALYZE_STAGING = text("ANALYZE staged_line")

KNOWN_FROM = """p.staff_record_id = t.record_id AND p.superseded_at IS NULL
    AND (p.valid_to IS NULL OR p.valid_to > t.from_day)"""
"""The places known from a line's first day on; the primary ones among them it says anew."""

DIFF = text(
    f"""
    INSERT INTO import_line (
        import_id, line, organisation_id, staff_number, name_zh, name_en, work_email, job_role,
        centre_id, staff_record_id, is_new, edits_record, edits_place, ends_employment,
        from_day, to_day, differs_from, from_centre_id, outcome
    )
    WITH stated AS (
        SELECT s.line, s.staff_number, s.centre_id, s.last_day, r.id AS record_id,
            CASE WHEN :has_name_zh THEN s.name_zh ELSE r.name_zh END AS name_zh,
            CASE WHEN :has_name_en THEN s.name_en ELSE r.name_en END AS name_en,
            CASE WHEN :has_work_email THEN s.work_email ELSE r.work_email END AS work_email,
            CASE WHEN :has_job_role THEN s.job_role ELSE r.job_role END AS job_role,
            (r.name_zh, r.name_en, r.work_email, r.job_role) AS recorded,
            h.centre_id AS here, h.valid_to AS here_to,
            h.centre_id = s.centre_id AND coalesce(s.first_day, h.valid_from) = h.valid_from
                AS begun_here,
            coalesce(
                s.first_day,
                CASE WHEN h.centre_id = s.centre_id THEN h.valid_from END,
                CAST(:effective_on AS date)
            ) AS from_day
        FROM staged_line s
        LEFT JOIN staff_record r
            ON r.organisation_id = :organisation_id AND r.staff_number = s.staff_number
        LEFT JOIN assignment h
            ON h.staff_record_id = r.id AND h.is_primary AND h.superseded_at IS NULL
            AND h.valid_from <= :effective_on
            AND (h.valid_to IS NULL OR h.valid_to > :effective_on)
    ), ended AS (
        SELECT t.*,
            CASE WHEN :has_last_day THEN t.last_day + 1
                WHEN t.begun_here THEN t.here_to ELSE e.last END AS to_day
        FROM stated t
        CROSS JOIN LATERAL (
            SELECT CASE WHEN bool_and(p.valid_to IS NOT NULL) THEN max(p.valid_to) END AS last
            FROM assignment p
            WHERE {KNOWN_FROM}
                AND (p.is_primary OR p.centre_id = t.centre_id AND p.valid_from <= t.from_day)
        ) e
    ), compared AS (
        SELECT t.*, a.known,
            t.record_id IS NOT NULL
                AND (t.name_zh, t.name_en, t.work_email, t.job_role) IS DISTINCT FROM t.recorded
                AS edits_record,
            NOT (a.known = 1 AND a.exact) AND NOT
                coalesce(t.begun_here AND t.to_day IS NOT DISTINCT FROM t.here_to, false)
                AS edits_place, a.elsewhere,
            CASE WHEN a.known = 1 AND a.same_start THEN LEAST(t.to_day, a.its_end)
                ELSE LEAST(t.from_day, a.its_start) END AS differs_from
        FROM ended t
        CROSS JOIN LATERAL (
            SELECT count(*) AS known,
                coalesce(bool_or(p.centre_id <> t.centre_id), false) AS elsewhere,
                bool_and(p.centre_id = t.centre_id AND p.valid_from = t.from_day) AS same_start,
                bool_and(
                    p.centre_id = t.centre_id AND p.valid_from = t.from_day
                    AND p.valid_to IS NOT DISTINCT FROM t.to_day
                ) AS exact,
                min(p.valid_from) FILTER (WHERE p.centre_id = t.centre_id) AS its_start,
                min(p.valid_to) AS its_end
            FROM assignment p
            WHERE {KNOWN_FROM} AND p.is_primary
        ) a
    )
    SELECT CAST(:import_id AS uuid), line, CAST(:organisation_id AS uuid), staff_number, name_zh,
        name_en, work_email, job_role, centre_id, coalesce(record_id, {V7}), record_id IS NULL,
        edits_record, edits_place, last_day IS NOT NULL, from_day, to_day,
        CASE WHEN edits_place THEN differs_from END,
        CASE WHEN here <> centre_id THEN here END,
        CASE
            WHEN record_id IS NULL OR known = 0 THEN 'join'
            WHEN elsewhere AND edits_place THEN 'move'
            WHEN edits_place AND last_day IS NOT NULL THEN 'leave'
            WHEN edits_place OR edits_record THEN 'change'
            ELSE 'same'
        END
    FROM compared
    WHERE to_day IS NULL OR to_day > from_day
    ORDER BY line
    """  # noqa: S608 - constants of this module
)

LOST = text(
    """
    SELECT s.line FROM staged_line s
    WHERE NOT EXISTS (
        SELECT FROM import_line l WHERE l.import_id = :import_id AND l.line = s.line
    )
    ORDER BY s.line
    """
)
"""Lines that the diff left out: their last day is before the first that they would have."""

OUTCOMES = text(
    "SELECT outcome, count(*) AS lines FROM import_line WHERE import_id = :import_id "
    "GROUP BY outcome"
)

ABSENT = """
    SELECT DISTINCT a.staff_record_id FROM assignment a
    WHERE a.organisation_id = :organisation_id AND a.superseded_at IS NULL
        AND (a.valid_to IS NULL OR a.valid_to > :effective_on)
        AND NOT EXISTS (
            SELECT FROM import_line l
            WHERE l.import_id = :import_id AND l.staff_record_id = a.staff_record_id
        )
"""
"""Records with a place on the effective day or later that the file does not name."""

COUNT_ABSENT = text(f"SELECT count(*) FROM ({ABSENT}) AS absent")  # noqa: S608 - a constant

MAKE_GONE = text(
    """
    CREATE TEMP TABLE gone_place (id uuid, staff_record_id uuid, centre_id uuid,
        is_primary boolean, valid_from date, until date, stays boolean) ON COMMIT DROP
    """
)
FIND_GONE = text(
    """
    INSERT INTO gone_place
    SELECT a.id, a.staff_record_id, a.centre_id, a.is_primary, a.valid_from, l.from_day,
        NOT a.is_primary OR a.centre_id <> l.centre_id
    FROM import_line l JOIN assignment a ON a.staff_record_id = l.staff_record_id
    WHERE l.import_id = :import_id AND l.edits_place AND a.superseded_at IS NULL
        AND (a.is_primary OR a.centre_id = l.centre_id AND coalesce(a.valid_from < l.to_day, true))
        AND (a.valid_to IS NULL OR a.valid_to > l.from_day)
    UNION ALL
    SELECT a.id, a.staff_record_id, a.centre_id, a.is_primary, a.valid_from, l.to_day, true
    FROM import_line l JOIN assignment a ON a.staff_record_id = l.staff_record_id
    WHERE l.import_id = :import_id AND l.edits_place AND l.ends_employment AND NOT a.is_primary
        AND (a.centre_id <> l.centre_id OR a.valid_from >= l.to_day) AND a.superseded_at IS NULL
        AND (a.valid_to IS NULL OR a.valid_to > l.to_day)
    """
)
FIND_ABSENT_GONE = text(
    f"""
    INSERT INTO gone_place
    SELECT a.id, a.staff_record_id, a.centre_id, a.is_primary, a.valid_from,
        CAST(:effective_on AS date), true
    FROM assignment a
    WHERE a.superseded_at IS NULL AND (a.valid_to IS NULL OR a.valid_to > :effective_on)
        AND a.staff_record_id IN ({ABSENT})
    """  # noqa: S608 - a constant
)

ADD_RECORDS = text(
    """
    INSERT INTO staff_record (
        id, organisation_id, staff_number, name_zh, name_en, work_email, job_role, created_at,
        revision
    )
    SELECT staff_record_id, organisation_id, staff_number, name_zh, name_en, work_email, job_role,
        CAST(:now AS timestamptz), 1
    FROM import_line WHERE import_id = :import_id AND is_new ORDER BY line
    """
)
KEEP_PAST_ROLES = keep_past(
    "SELECT staff_record_id, job_role FROM import_line "
    "WHERE import_id = :import_id AND edits_record"
)
EDIT_RECORDS = text(
    """
    UPDATE staff_record r
    SET name_zh = l.name_zh, name_en = l.name_en, work_email = l.work_email,
        job_role = l.job_role, revision = r.revision + 1
    FROM import_line l
    WHERE l.import_id = :import_id AND l.edits_record AND r.id = l.staff_record_id
    """
)
SUPERSEDE = text("UPDATE assignment a SET superseded_at = :now FROM gone_place g WHERE a.id = g.id")
KEEP_REMAINDERS = text(
    f"""
    INSERT INTO assignment (
        id, organisation_id, centre_id, staff_record_id, is_primary, valid_from, valid_to,
        known_at, recorded_by
    )
    SELECT {V7}, CAST(:organisation_id AS uuid), centre_id, staff_record_id, is_primary,
        valid_from, until, CAST(:now AS timestamptz), CAST(:person_id AS uuid)
    FROM gone_place WHERE stays AND valid_from < until
    """  # noqa: S608 - V7 is a constant of this module
)
PLACE = text(
    f"""
    INSERT INTO assignment (
        id, organisation_id, centre_id, staff_record_id, is_primary, valid_from, valid_to,
        known_at, recorded_by
    )
    SELECT {V7}, organisation_id, centre_id, staff_record_id, true, from_day, to_day,
        CAST(:now AS timestamptz), CAST(:person_id AS uuid)
    FROM import_line WHERE import_id = :import_id AND edits_place ORDER BY staff_record_id
    """  # noqa: S608 - V7 is a constant of this module
)

TOUCHED_CENTRES = text(
    """
    SELECT centre_id FROM import_line WHERE import_id = :import_id AND outcome <> 'same'
    UNION SELECT centre_id FROM gone_place
    """
)
TOUCHED_PEOPLE = text(
    """
    SELECT k.person_id FROM staff_link k
    WHERE (k.valid_to IS NULL OR k.valid_to > CAST(:today AS date) - 1)
        AND (
            k.staff_record_id IN (SELECT staff_record_id FROM gone_place)
            OR k.staff_record_id IN (
                SELECT staff_record_id FROM import_line
                WHERE import_id = :import_id AND edits_place
            )
        )
    """
)
ENDED_BY_LINES = text(
    """
    SELECT k.id, l.to_day AS ends_on FROM staff_link k
    JOIN import_line l ON l.staff_record_id = k.staff_record_id
    WHERE l.import_id = :import_id AND l.edits_place AND l.ends_employment
        AND (
            k.ended_at IS NULL
            OR k.end_told_at IS NULL AND k.valid_to > l.to_day AND k.valid_to > k.valid_from
        )
    ORDER BY k.valid_from DESC, k.id DESC
    """
)
ENDED_BY_ABSENCE = text(
    f"""
    SELECT k.id, CAST(:effective_on AS date) AS ends_on FROM staff_link k
    WHERE k.staff_record_id IN ({ABSENT})
        AND (
            k.ended_at IS NULL
            OR k.end_told_at IS NULL AND k.valid_to > :effective_on AND k.valid_to > k.valid_from
        )
    ORDER BY k.valid_from DESC, k.id DESC
    """  # noqa: S608 - a constant
)
PLACED_RECORDS = text(
    """
    SELECT staff_record_id FROM import_line
    WHERE import_id = :import_id AND edits_place AND NOT is_new
    """
)
FIRST_DIFFERENCE = text(
    """
    SELECT min(differs_from) FROM import_line WHERE import_id = :import_id
    """
)

FORGET = (
    text(
        """
        UPDATE roster_import SET state = 'discarded', settled_at = :now
        WHERE state = 'previewed' AND previewed_at < :limit
        """
    ),
    text(
        """
        DELETE FROM import_line WHERE import_id IN (
            SELECT id FROM roster_import WHERE state <> 'previewed' AND settled_at < :limit
        )
        """
    ),
    text(
        """
        DELETE FROM import_fault WHERE import_id IN (
            SELECT id FROM roster_import WHERE state <> 'previewed' AND settled_at < :limit
        )
        """
    ),
)
