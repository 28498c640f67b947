"""Which tables row-level security covers, and that each of its policies is the one of the house."""

from litestar import Litestar
from litestar.testing import AsyncTestClient
from sqlalchemy import text

from lms.app import Platform
from lms.kernel.actor import Actor
from lms.kernel.work import Works
from tests.builders.learning import a_class, an_employer
from tests.builders.orgs import SYSTEM
from tests.certs.centres.test_reach import COMPANY_TABLES as OF_CENTRE_CERTIFICATES
from tests.lms.orgs.test_row_level_security import PROTECTED as OF_COMPANIES

COVERED = {*OF_COMPANIES, *OF_CENTRE_CERTIFICATES, "enrolment_preview"}
"""Each has a test that takes the query's own scope out."""

OPEN_ON_PURPOSE = {
    "enrolment": "the issuer's: it names who pays, and all of a class count its seats",
}

POLICIES = text(
    """
    SELECT c.relname AS table, c.relforcerowsecurity AS forced, p.polcmd::text AS command,
        p.polpermissive AS permissive,
        pg_get_expr(p.polqual, c.oid) AS reads, pg_get_expr(p.polwithcheck, c.oid) AS writes
    FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid
    WHERE c.relrowsecurity AND c.relnamespace = 'public'::regnamespace
    """
)
CARRYING = text(
    """
    SELECT table_name FROM information_schema.columns
    WHERE table_schema = 'public' AND column_name = 'organisation_id'
    """
)
REACH = """
CASE
    WHEN (current_setting('lms.reach'::text, true) = 'issuer'::text) THEN true
    ELSE ((organisation_id)::text = current_setting('lms.reach'::text, true))
END"""


async def test_every_table_of_a_company_has_the_one_policy(works: Works) -> None:
    async with works.read(SYSTEM) as work:
        carrying = set((await work.session.scalars(CARRYING)).all())
        policies = [tuple(row) for row in (await work.session.execute(POLICIES)).all()]
    assert carrying == COVERED | set(OPEN_ON_PURPOSE)
    assert sorted(policies) == [(table, True, "*", True, REACH, REACH) for table in sorted(COVERED)]


async def test_a_preview_of_enrolments_shows_to_its_company_only(
    opened: Platform, client: AsyncTestClient[Litestar]
) -> None:
    mine, theirs = [await an_employer(opened, number) for number in "12"]
    run = await a_class(opened)
    for employer, number in ((mine, "1"), (theirs, "2")):
        path = f"/api/v1/organisations/{employer.id}/enrolments/previews"
        body = {"course_code": "TEST", "class_id": str(run.id), "staff_numbers": [number]}
        answer = await client.post(path, json=body, headers=employer.headers)
        assert answer.status_code == 201, answer.text
    seen = []
    for actor in (Actor(kind="person").within(mine.id), Actor(kind="person"), SYSTEM):
        async with opened.works.read(actor) as work:
            unscoped = text("SELECT organisation_id FROM enrolment_preview")
            seen.append(set((await work.session.scalars(unscoped)).all()))
    assert seen == [{mine.id}, set(), {mine.id, theirs.id}]
