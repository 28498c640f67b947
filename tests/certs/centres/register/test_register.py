"""The public register of certified centres."""

from datetime import timedelta

from certs.centres.sanctions import service as sanctions
from lms.kernel.clock import day_start
from tests.certs.centres.people_of_the_issuer import admin, two_people


async def test_the_register_is_public_and_says_no_more_than_the_certificate(client, world):
    centre = await world.centre()
    await world.certified(centre, 1)
    await world.centre()
    answer = await client.get("/api/v1/certified-centres")
    assert answer.status_code == 200
    [entry] = answer.json()["items"]
    assert set(entry) == {
        "centre_id",
        "name_zh",
        "name_en",
        "organisation_zh",
        "organisation_en",
        "valid_from",
        "last_day",
        "status",
        "verify",
    }
    assert (entry["centre_id"], entry["status"]) == (str(centre), "in_force")
    assert (entry["valid_from"], entry["last_day"]) == ("2026-03-02", "2027-03-01")


async def test_the_register_links_to_verification_and_forgets_what_has_expired(
    client, world, settle
):
    centre = await world.centre()
    await world.certified(centre, 1)
    await settle()
    [entry] = (await client.get("/api/v1/certified-centres")).json()["items"]
    found = await client.get(entry["verify"], headers={"Accept": "application/json"})
    assert found.status_code == 200
    world.clock.at = day_start(world.today + timedelta(days=365), "Asia/Hong_Kong")
    assert (await client.get("/api/v1/certified-centres")).json()["items"] == []


async def test_a_suspended_one_says_so_and_a_revoked_one_is_gone(client, world):
    centre = await world.centre()
    await world.certified(centre, 1)
    async with world.works.write(admin(world)) as work:
        await sanctions.suspend(work, centre, "a finding")
    [entry] = (await client.get("/api/v1/certified-centres")).json()["items"]
    assert entry["status"] == "suspended"
    await two_people(
        world,
        lambda work: sanctions.propose_revocation(
            work, centre, reason="a finding", from_issue=False, until_day=None
        ),
    )
    assert (await client.get("/api/v1/certified-centres")).json()["items"] == []


async def test_the_register_is_read_in_pages(client, world):
    for _ in range(3):
        await world.certified(await world.centre(), 1)
    seen, cursor = [], None
    while True:
        query = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/api/v1/certified-centres", params=query)).json()
        seen += [entry["centre_id"] for entry in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(set(seen)) == 3
    wrong = await client.get("/api/v1/certified-centres", params={"cursor": "WyJ4Il0"})
    assert wrong.status_code == 422
