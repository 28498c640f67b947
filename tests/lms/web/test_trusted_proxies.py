"""Whose word about the client's address is taken: a named proxy's, nobody else's."""

import pytest
from granian.utils.proxies import wrap_asgi_with_proxy_headers
from litestar import Litestar, Request, get
from litestar.testing import AsyncTestClient


@get("/who")
async def who(request: Request) -> str:
    return request.client.host if request.client else ""


@pytest.mark.parametrize(
    ("trusted", "seen"), [(["testclient"], "203.0.113.7"), (["192.0.2.1"], "testclient")]
)
async def test_only_a_named_proxy_is_believed(trusted: list[str], seen: str) -> None:
    app = Litestar([who])
    app.asgi_handler = wrap_asgi_with_proxy_headers(app.asgi_handler, trusted_hosts=trusted)
    async with AsyncTestClient(app) as client:
        answer = await client.get("/who", headers={"X-Forwarded-For": "203.0.113.7"})
    assert answer.text == seen
