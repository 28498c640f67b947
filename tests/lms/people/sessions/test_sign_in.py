from litestar import Litestar
from litestar.testing import AsyncTestClient

from lms.app import Platform
from lms.kernel.actor import Actor
from tests.builders.people import PASSWORD, a_person, signed_in, somebody, with_password


async def test_signing_in_opens_ones_own_entry(
    opened: Platform, client: AsyncTestClient[Litestar]
) -> None:
    async with opened.works.write(Actor.system("test")) as work:
        person = await a_person(work, email="tai.man@example.org")
    await with_password(opened, person.id)
    answer = await client.post(
        "/api/v1/auth/token", json={"email": "Tai.Man@example.org", "password": PASSWORD}
    )
    assert answer.status_code == 200, answer.text
    token = answer.json()["access_token"]
    me = await client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert me.json()["printed_en"] == "CHAN Tai Man"
    assert me.headers["ETag"] == '"1"'


async def test_a_minted_session_is_as_good(
    opened: Platform, client: AsyncTestClient[Litestar]
) -> None:
    person_id, headers = await somebody(opened)
    me = await client.get("/api/v1/me", headers=headers)
    assert me.status_code == 200, me.text
    assert me.json()["id"] == str(person_id)
    again = await signed_in(opened, person_id)
    assert (await client.get("/api/v1/me/sessions", headers=again)).status_code == 200
