"""Row-level security beneath the scopes: what a company's unit of work reaches of centres."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from certs.centres.cases.service import CaseKind, open_case
from certs.centres.permissions import ATTEST_ROSTER
from certs.centres.sanctions.service import open_investigation
from certs.centres.standing.attesting import attest
from lms.kernel.actor import Actor
from lms.kernel.db import metadata
from lms.kernel.ids import new_id
from lms.orgs.roster import leaving
from lms.orgs.roster.permissions import MANAGE_ROSTERS
from tests.certs.centres.people_of_the_issuer import admin

COMPANY_TABLES = (
    "centre_standing",
    "centre_evaluation",
    "centre_award",
    "centre_decision",
    "centre_bar",
    "roster_attestation",
    "centre_case",
)


def a_manager(world, organisation_id):
    rights = {MANAGE_ROSTERS: frozenset({organisation_id})}
    return Actor("person", world.deciders[0], rights).within(organisation_id)


async def rows_seen(world, table, actor):
    async with world.works.read(actor) as work:
        return await work.session.scalar(select(func.count()).select_from(metadata.tables[table]))


@pytest.fixture
async def filled(world):
    """One row, at least, in every table that a company may have rows in."""
    centre = await world.centre()
    await world.certified(centre, 1)
    async with world.works.write(admin(world)) as work:
        await open_investigation(work, centre, "a complaint", None)
        await open_case(
            work,
            centre_id=centre,
            organisation_id=world.organisation_id,
            kind=CaseKind.CORRECTION,
            findings={},
        )
    manager = Actor(
        "person", world.deciders[0], {ATTEST_ROSTER: frozenset({world.organisation_id})}
    )
    async with world.works.write(manager.within(world.organisation_id)) as work:
        await attest(work, world.organisation_id, centre)
    return world


@pytest.mark.parametrize("table", COMPANY_TABLES)
async def test_without_a_scope_in_the_query_only_the_companys_own_rows_show(filled, table):
    own = a_manager(filled, filled.organisation_id)
    assert await rows_seen(filled, table, own) > 0
    assert await rows_seen(filled, table, a_manager(filled, new_id())) == 0
    assert await rows_seen(filled, table, Actor.anonymous()) == 0


async def test_a_managers_own_unit_of_work_decides_as_the_systems_does(world):
    centre = await world.centre()
    people = [await world.link(await world.hire(centre)) for _ in range(9)]
    unqualified = [await world.hire(centre) for _ in range(2)]
    for person in people:
        await world.award(person)
    assert await world.decisions(centre) == []
    async with world.works.write(a_manager(world, world.organisation_id)) as work:
        yesterday = world.today - timedelta(days=1)
        await leaving.leave(work, world.fractions, world.whose(unqualified[0]), yesterday)
    assert [kind for kind, _ in await world.decisions(centre)] == ["issue"]
