"""The job roles that staff had before: kept by whatever writes `staff_record.job_role`.

A role is held from the moment it is told, in every zone at once; the present one is the record's.
"""

from uuid import UUID

from sqlalchemy import TextClause, text

from lms.kernel.work import Work


def keep_past(changing: str) -> TextClause:
    """A statement, to be done first, for records that get the role in `changing` `:now`.

    `changing` is a query of staff_record_id and job_role. What was held for no time at all is not
    kept, and a clock that went back does not make it end before it began.
    """
    return text(
        f"""
        INSERT INTO past_job_role (staff_record_id, held_until, organisation_id, job_role)
        SELECT r.id, greatest(CAST(:now AS timestamptz), p.held_until), r.organisation_id,
            r.job_role
        FROM ({changing}) AS l JOIN staff_record AS r ON r.id = l.staff_record_id
        CROSS JOIN LATERAL (
            SELECT max(held_until) AS held_until FROM past_job_role WHERE staff_record_id = r.id
        ) AS p
        WHERE r.job_role IS DISTINCT FROM l.job_role
        ON CONFLICT DO NOTHING
        """  # noqa: S608 - a constant of the caller's module
    )


KEEP_ONE = keep_past(
    "SELECT CAST(:id AS uuid) AS staff_record_id, CAST(:job_role AS text) AS job_role"
)


async def keep_past_role(work: Work, staff_record_id: UUID, job_role: str | None) -> None:
    """Before a record gets `job_role`, keep the one that it has, if that is another."""
    parameters = {"id": staff_record_id, "job_role": job_role, "now": work.now()}
    await work.session.execute(KEEP_ONE, parameters)
