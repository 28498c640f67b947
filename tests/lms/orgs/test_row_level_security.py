"""The second net: with every query's own scope taken out, another company's rows are not there."""

from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from lms import tables
from lms.kernel.actor import Actor
from lms.kernel.work import Works
from lms.orgs.invitations import service as invitations
from lms.orgs.staff import consents
from lms.orgs.staff import service as staff
from lms.orgs.staff.service import StaffFacts
from lms.people.persons.names import Language
from tests.builders.orgs import SYSTEM, Watched, a_centre, a_company, a_link, a_member
from tests.lms.orgs.imports.files import previewed

PROTECTED = (
    "centre",
    "centre_name",
    "staff_record",
    "past_job_role",
    "staff_link",
    "assignment",
    "consent",
    "invitation",
    "roster_import",
    "import_line",
    "import_fault",
)


def manager_of(organisation_id: UUID) -> Actor:
    return Actor(kind="person").within(organisation_id)


async def a_full_company(works: Works, name: str) -> UUID:
    """A company with a row in every table that is its own."""
    async with works.write(SYSTEM) as work:
        company = await a_company(work, name)
        centre = await a_centre(work, company)
        record = await a_member(work, company, centre=centre)
        await a_member(work, company, "1002", work_email="b@example.org")
    person_id = await a_link(works, company, record)
    actor = Actor(kind="person", person_id=person_id).reaching_issuer("test")
    async with works.write(actor) as work:
        await consents.give(work, company.id)
    async with works.write(SYSTEM) as work:
        facts = StaffFacts("1001", job_role="Driver")
        await staff.edit(work, Watched(), company.id, record.id, facts, revision=1)
    async with works.write(SYSTEM) as work:
        await invitations.invite_many(work, company.id, None, Language.EN)
    await previewed(works, company.id, "staff number,centre\n7,Kowloon East\n8,nowhere\n")
    return company.id


async def test_each_policy_hides_the_other_company_and_hides_all_from_nobody(works: Works) -> None:
    mine, theirs = [await a_full_company(works, name) for name in ("Mine", "Theirs")]
    for table in PROTECTED:
        unscoped = text(f"SELECT DISTINCT organisation_id FROM {table}")  # noqa: S608 - a name from the list above
        seen = {}
        for name, actor in (
            ("manager", manager_of(mine)),
            ("learner", Actor(kind="person")),
            ("issuer", SYSTEM),
        ):
            async with works.read(actor) as work:
                seen[name] = set((await work.session.scalars(unscoped)).all())
        assert seen == {"manager": {mine}, "learner": set(), "issuer": {mine, theirs}}, table


async def test_nothing_is_written_for_another_company(works: Works) -> None:
    mine, theirs = [await a_full_company(works, name) for name in ("Mine", "Theirs")]
    for table in PROTECTED:
        theirs_in = text(f"SELECT * FROM {table} WHERE organisation_id = :theirs LIMIT 1")  # noqa: S608 - a name from the list above
        async with works.read(SYSTEM) as work:
            row = dict((await work.session.execute(theirs_in, {"theirs": theirs})).mappings().one())
        names = ", ".join(f'"{name}"' for name in row)
        values = ", ".join(f":{name}" for name in row)
        insert = text(f"INSERT INTO {table} ({names}) VALUES ({values})")  # noqa: S608 - as above
        with pytest.raises(DBAPIError, match="row-level security"):
            async with works.write(manager_of(mine)) as work:
                await work.session.execute(insert, row)


def test_every_table_of_a_company_has_a_policy() -> None:
    """Whatever carries organisation_id here is in the list above, and the reverse."""
    ours = {
        module.__name__.split(".")[2]: module
        for module in tables.load()
        if module.__name__.startswith("lms.orgs.")
    }
    carrying = {
        kind.__table__.name
        for module in ours.values()
        for kind in vars(module).values()
        if hasattr(kind, "__table__")
        and kind.__module__ == module.__name__
        and "organisation_id" in kind.__table__.columns
    }
    assert carrying == set(PROTECTED)
