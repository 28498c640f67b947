"""Nothing that is sent makes the server stumble: no 5xx, and every error is a problem document."""

import pytest
from httpx import Response
from litestar import Litestar

from tests.contract.estate import Client
from tests.contract.ground import Ground, fault
from tests.contract.shots import KINDS, Shot


async def fire(client: Client, headers: dict[str, str], one: Shot) -> Response:
    return await client.request(
        one.method,
        one.path,
        params=one.params or None,
        content=one.content,
        headers={name: value.encode() for name, value in headers.items()} | one.headers,
    )


async def stumbles(
    app: Litestar, client: Client, ground: Ground, kind: str, who: str, one_of: int
) -> list[str]:
    found = []
    for one in KINDS[kind](app, ground.ids):
        if one.within(one_of):
            answer = await fire(client, ground.headers[who], one)
            found.append(fault(one.what, answer))
    still = await client.get("/api/v1/me", headers=ground.headers[who])
    assert still.status_code == 200, "something ended the session: the rest was sent by nobody"
    return [one for one in found if one is not None]


async def test_the_server_stumbles_over_nothing(
    app: Litestar, client: Client, ground: Ground
) -> None:
    """A sample, always the same, of what `make soak` sends whole."""
    found = []
    for kind in KINDS:
        found += await stumbles(app, client, ground, kind, "admin", 60)
    assert not found, "\n".join(found)


@pytest.mark.soak
@pytest.mark.parametrize("who", ["admin", "manager", "candidate"])
@pytest.mark.parametrize("kind", KINDS)
async def test_the_server_stumbles_over_nothing_of_all(
    app: Litestar, client: Client, ground: Ground, kind: str, who: str
) -> None:
    found = await stumbles(app, client, ground, kind, who, 1)
    assert not found, "\n".join(found)
