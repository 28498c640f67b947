"""A centre's certificate is corrected too, whatever else is decided about its award meanwhile."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from certs import parts
from certs.centres.sanctions import service as sanctions
from certs.issuing.changes.correction import correct_certificate
from lms import role_rights
from lms.kernel.actor import Actor
from lms.kernel.db import ISSUER_REACH
from lms.kernel.problems import Conflict
from lms.orgs.centres.queries import require_centre
from lms.orgs.centres.service import rename
from lms.orgs.organisations.service import CompanyNames
from lms.orgs.roster import closing
from lms.people.grants.roles import Role
from tests.builders.certs import Settle
from tests.builders.mail import post
from tests.builders.people import a_person
from tests.builders.queueing import in_line
from tests.certs.centres.people_of_the_issuer import admin, two_people
from tests.certs.centres.sanctions.test_service import revoking
from tests.certs.centres.world import World, a_world

REASON = "the record was wrong, file 8"
RIGHT = CompanyNames("海港中心", "Harbour")


@pytest.fixture
async def world(opened: Any, clock: Any) -> World:
    return await a_world(opened.works, clock)


@pytest.fixture
async def centre(world: World, settle: Settle) -> Any:
    """A centre whose certificate has been issued and signed."""
    made = await world.centre()
    await world.certified(made, 2)
    await settle()
    return made


def _corrector(world: World) -> Actor:
    rights = role_rights.rights([("admin", None)])
    return Actor("person", world.deciders[0], rights, reach=ISSUER_REACH)


async def _documents(world: World) -> list[Any]:
    return list(await world.rows("SELECT * FROM certificate WHERE kind = 'centre' ORDER BY serial"))


async def _story(world: World) -> list[str]:
    """What happened to each of the centre's documents, and in which order."""
    rows = await world.rows(
        "SELECT string_agg(e.happened, ' ' ORDER BY e.position) AS told FROM status_event AS e "
        "JOIN certificate AS c ON c.id = e.certificate_id "
        "WHERE c.kind = 'centre' GROUP BY c.serial ORDER BY c.serial"
    )
    return [row.told for row in rows]


async def _renamed(world: World, centre: Any, from_day: Any) -> None:
    async with world.write() as work:
        row = await require_centre(work.session, world.organisation_id, centre)
        await rename(work, row, RIGHT, from_day)


async def _correct(world: World, opened: Any, certificate_id: Any) -> None:
    async with world.works.write(_corrector(world)) as work:
        await correct_certificate(work, parts.press(opened.settings), certificate_id, REASON)


async def test_it_bears_the_name_that_the_centre_had_on_its_first_day_and_the_company_is_told(
    world: World, centre: Any, settle: Settle, opened: Any, client: Any
) -> None:
    [old] = await _documents(world)
    async with world.write() as work:
        role, scope = Role.COMPANY_MANAGER, world.organisation_id
        await a_person(work, email="manager@example.org", role=role, scope_id=scope)
    world.clock.advance(timedelta(days=30))
    await _renamed(world, centre, None)
    with pytest.raises(Conflict, match="nothing_to_correct"):
        await _correct(world, opened, old.id)
    await _renamed(world, centre, old.from_day)
    await _correct(world, opened, old.id)
    await settle()
    was, new = await _documents(world)
    assert (was.status, new.status, new.supersedes_id) == ("superseded", "issued", old.id)
    assert (new.from_day, new.last_day) == (old.from_day, old.last_day)
    stated = json.loads(new.payload)
    assert (stated["holder"], stated["supersedes"]) == (
        {"zh": RIGHT.zh, "en": RIGHT.en},
        old.number,
    )
    told = (await client.get(f"/verify/{old.verification_code}")).json()
    assert (told["standing"], told["superseded_by"]) == ("superseded", new.number)
    letters = [one["Subject"] for one in await post(opened) if one["To"] == "manager@example.org"]
    assert any("superseded" in subject or "corrected" in subject for subject in letters), letters


async def test_one_that_is_suspended_stays_so_when_it_is_made_anew(
    world: World, centre: Any, settle: Settle, opened: Any
) -> None:
    [old] = await _documents(world)
    async with world.works.write(admin(world)) as work:
        await sanctions.suspend(work, centre, "a finding")
    await _renamed(world, centre, old.from_day)
    await _correct(world, opened, old.id)
    await settle()
    assert await _story(world) == ["issued suspended superseded", "issued suspended"]


async def test_one_whose_award_was_revoked_is_not_printed_anew(
    world: World, centre: Any, settle: Settle, opened: Any
) -> None:
    [old] = await _documents(world)
    await two_people(world, revoking(centre))
    await _renamed(world, centre, old.from_day)
    with pytest.raises(Conflict, match="certificate_status"):
        await _correct(world, opened, old.id)
    await settle()
    assert await _story(world) == ["issued revoked"]


async def test_what_is_decided_during_a_correction_reaches_what_it_makes(
    world: World, centre: Any, settle: Settle, opened: Any
) -> None:
    [old] = await _documents(world)
    await _renamed(world, centre, old.from_day)
    press = parts.press(opened.settings)

    async def suspend() -> None:
        async with world.works.write(admin(world)) as work:
            await sanctions.suspend(work, centre, "a finding")

    async with world.works.write(_corrector(world)) as work:
        await correct_certificate(work, press, old.id, REASON)
        deciding = asyncio.create_task(suspend())
        await in_line(opened, 1)
    await deciding
    assert await _story(world) == ["issued superseded", "issued suspended"]


async def test_one_that_lapsed_and_was_not_told_so_yet_is_not_printed_anew(
    world: World, centre: Any, settle: Settle, opened: Any
) -> None:
    [old] = await _documents(world)
    await _renamed(world, centre, old.from_day)
    async with world.write() as work:
        await closing.close_centre(
            work,
            world.fractions,
            world.organisation_id,
            centre,
            closed_on=None,
            reason="the lease ended",
        )
    with pytest.raises(Conflict, match="certificate_status"):
        await _correct(world, opened, old.id)
    await settle()
    assert await _story(world) == ["issued lapsed"]


async def test_of_two_corrections_at_once_one_is_made(
    world: World, centre: Any, opened: Any
) -> None:
    [old] = await _documents(world)
    await _renamed(world, centre, old.from_day)
    async with world.works.write(_corrector(world)) as work:
        await correct_certificate(work, parts.press(opened.settings), old.id, REASON)
        second = asyncio.create_task(_correct(world, opened, old.id))
        await in_line(opened, 1)
    with pytest.raises(Conflict, match="certificate_status"):
        await second
    assert await _story(world) == ["issued superseded", "issued"]
