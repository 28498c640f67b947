"""A centre's document: issued by its decision, kept in line with its award, in any order."""

import json
from datetime import date, timedelta
from typing import Any

import pytest

from certs import parts
from certs.centres.evaluations.midnight import MIDNIGHT
from certs.centres.sanctions import service as sanctions
from certs.issuing.changes.centre_documents import follow_centre_award
from certs.issuing.changes.service import change_status
from certs.issuing.changes.status import Happened
from certs.issuing.finishing import finish
from lms import role_rights
from lms.kernel.actor import Actor
from lms.kernel.problems import Conflict
from lms.orgs.roster import closing
from tests.builders.certs import Settle
from tests.certs.centres.people_of_the_issuer import admin, two_people
from tests.certs.centres.sanctions.test_service import revoking
from tests.certs.centres.world import World, a_world


@pytest.fixture
async def world(opened: Any, clock: Any) -> World:
    return await a_world(opened.works, clock)


@pytest.fixture
async def centre(world: World) -> Any:
    """A centre that has just been certified; nothing is delivered yet."""
    made = await world.centre()
    await world.certified(made, 2)
    return made


async def _document(world: World) -> Any:
    rows = await world.rows("SELECT * FROM certificate WHERE kind = 'centre'")
    assert len(rows) <= 1
    return rows[0] if rows else None


async def _happened(world: World) -> list[str]:
    rows = await world.rows(
        "SELECT e.happened FROM status_event AS e JOIN certificate AS c ON c.id = e.certificate_id "
        "WHERE c.kind = 'centre' ORDER BY e.position"
    )
    return [row.happened for row in rows]


async def test_it_states_the_centre_its_company_and_the_working_title(
    world: World, centre: Any, settle: Settle, client: Any
) -> None:
    await settle()
    row = await _document(world)
    stated = json.loads(row.payload)
    assert stated["holder"] == {"zh": "中心", "en": "Centre"}
    assert stated["organisation"] == {"zh": "公司", "en": "Company"}
    assert stated["certified"]["title_zh"] == "優質顧客專員中心證書"
    assert stated["certified"]["title_en_confirmed"] is False
    assert (row.from_day, row.last_day) == (date(2026, 3, 2), date(2027, 3, 1))
    assert row.token is not None
    page = await client.get(f"/verify/{row.verification_code}", headers={"Accept": "text/html"})
    assert "working translation" in page.text


async def test_it_follows_a_suspension_and_its_end(
    world: World, centre: Any, settle: Settle
) -> None:
    await settle()
    async with world.works.write(admin(world)) as work:
        await sanctions.suspend(work, centre, "a finding")
    await settle()
    assert (await _document(world)).status == "suspended"
    async with world.works.write(admin(world)) as work:
        await sanctions.reinstate(work, centre, "put right")
    await settle()
    assert await _happened(world) == ["issued", "suspended", "reinstated"]
    [event] = await world.rows("SELECT * FROM status_event WHERE position = 2")
    assert (event.reason, event.decided_by) == ("a finding", admin(world).person_id)


async def test_what_people_decide_shows_at_once_while_no_worker_runs(
    world: World, centre: Any, settle: Settle, client: Any
) -> None:
    await settle()
    row = await _document(world)

    async def told() -> list[str]:
        answer = await client.get(
            f"/verify/{row.verification_code}", headers={"Accept": "application/json"}
        )
        return [answer.json()["standing"], *await _happened(world)]

    async with world.works.write(admin(world)) as work:
        await sanctions.suspend(work, centre, "a finding")
    assert await told() == ["suspended", "issued", "suspended"]
    async with world.works.write(admin(world)) as work:
        await sanctions.reinstate(work, centre, "put right")
    assert await told() == ["valid", "issued", "suspended", "reinstated"]
    await two_people(world, revoking(centre))
    seen = ["revoked", "issued", "suspended", "reinstated", "revoked"]
    assert await told() == seen
    await settle()
    assert await told() == seen


@pytest.mark.parametrize(("from_issue", "status"), [(False, "revoked"), (True, "void")])
async def test_it_follows_what_two_people_take_back(
    world: World, centre: Any, settle: Settle, from_issue: bool, status: str
) -> None:
    await settle()
    await two_people(world, revoking(centre, from_issue=from_issue))
    await settle()
    assert (await _document(world)).status == status


async def test_it_gives_the_reason_of_what_happened_not_of_what_was_decided_since(
    world: World, centre: Any, settle: Settle, clock: Any
) -> None:
    await settle()
    async with world.works.write(admin(world)) as work:
        await sanctions.suspend(work, centre, "a finding")
    clock.advance(timedelta(days=366))
    await MIDNIGHT.run(world.works)
    assert (await world.decisions(centre))[-1][0] == "refuse_renewal"
    await settle()
    [event] = await world.rows("SELECT * FROM status_event WHERE happened = 'suspended'")
    assert (event.reason, event.decided_by) == ("a finding", admin(world).person_id)


async def test_one_that_was_revoked_before_its_document_was_made_gets_none(
    world: World, centre: Any, settle: Settle
) -> None:
    await two_people(world, revoking(centre))
    await settle()
    assert await _document(world) is None
    [order] = await world.rows("SELECT state FROM certificate_order WHERE kind = 'centre'")
    assert order.state == "withdrawn"


async def test_one_that_was_held_back_by_faults_and_is_revoked_gets_none(
    world: World, centre: Any, settle: Settle, opened: Any, clock: Any
) -> None:
    await opened.pool.execute("UPDATE organisation SET name_en = ' '")
    await settle()
    [order] = await world.rows("SELECT * FROM certificate_order WHERE kind = 'centre'")
    assert (order.state, order.faults[0]["pointer"]) == ("open", "/organisation/en")
    await two_people(world, revoking(centre))
    await opened.pool.execute("UPDATE organisation SET name_en = 'Company'")
    clock.advance(timedelta(minutes=1))
    await finish(parts.press(opened.settings), world.works)
    await settle()
    [order] = await world.rows("SELECT state FROM certificate_order WHERE kind = 'centre'")
    assert (order.state, await _document(world)) == ("withdrawn", None)
    assert await world.rows("SELECT 1 FROM number_counter WHERE kind = 'centre'") == []


async def test_one_that_was_suspended_before_its_document_was_made_is_issued_suspended(
    world: World, centre: Any, settle: Settle
) -> None:
    async with world.works.write(admin(world)) as work:
        await sanctions.suspend(work, centre, "a finding")
    await settle()
    assert await _happened(world) == ["issued", "suspended"]


async def test_a_centre_that_closes_ends_its_certificate_before_its_last_day(
    world: World, centre: Any, settle: Settle
) -> None:
    await settle()
    async with world.write() as work:
        await closing.close_centre(
            work, world.fractions, world.organisation_id, centre, closed_on=None, reason="moved"
        )
    await settle()
    assert (await _document(world)).status == "lapsed"
    [event] = await world.rows("SELECT reason FROM status_event WHERE happened = 'lapsed'")
    assert event.reason == "the centre is not registered any more"


async def test_repeated_and_late_deliveries_change_nothing(
    world: World, centre: Any, settle: Settle, opened: Any
) -> None:
    await settle()
    [award] = await world.rows("SELECT id FROM centre_award")
    for _ in range(3):
        async with world.works.write(Actor.system("late")) as work:
            await follow_centre_award(work, parts.press(opened.settings), award.id)
    assert await _happened(world) == ["issued"]


async def test_it_is_decided_on_at_the_centre_and_nowhere_else(
    world: World, centre: Any, settle: Settle, opened: Any
) -> None:
    await settle()
    row = await _document(world)
    actor = Actor(
        "person", world.deciders[0], role_rights.rights([("admin", None)]), reach="issuer"
    )
    with pytest.raises(Conflict, match="decided_at_centre"):
        async with world.works.write(actor) as work:
            await change_status(work, parts.fractions(), row.id, Happened.SUSPENDED, "test")
