"""Problems at the edge: RFC 9457 documents, all faults at once, nothing told that helps a thief."""

import html
from typing import Annotated, Any

import pytest
from litestar import Litestar, get, post
from litestar.plugins.pydantic import PydanticPlugin
from litestar.testing import AsyncTestClient
from pydantic import Field

from lms.kernel.problems import CODES, Conflict, NotFound, TooMany
from lms.kernel.schema import In
from lms.web import bodies, problem_responses, system_routes
from lms.web.problem_pages import SUMMARIES_ZH


class ThingIn(In):
    name: Annotated[str, Field(min_length=3)]
    size: int
    parts: Annotated[list["ThingIn"], Field(default_factory=list)]


@post("/things")
async def make_thing(data: ThingIn) -> dict[str, str]:
    return {"name": data.name}


@get("/broken")
async def broken() -> None:
    raise ZeroDivisionError("with a secret in its text")


@get("/missing")
async def missing() -> None:
    raise NotFound


@get("/busy")
async def busy() -> None:
    raise TooMany(17)


@get("/clash")
async def clash() -> None:
    raise Conflict("conflict", "not now", extra={"stored": {"revision": 3}})


@get("/sized")
async def sized(size: int) -> int:
    return size


@pytest.fixture(scope="module")
async def edge() -> Any:
    app = Litestar(
        route_handlers=[make_thing, broken, missing, busy, clash, sized, *system_routes.HANDLERS],
        exception_handlers=problem_responses.HANDLERS,
        plugins=[PydanticPlugin(), bodies.BodiesPlugin()],
        logging_config=None,
    )
    async with AsyncTestClient(app, raise_server_exceptions=False) as client:
        yield client


async def test_all_faults_of_a_body_are_told_at_once(edge: AsyncTestClient[Litestar]) -> None:
    answer = await edge.post(
        "/things", json={"name": "a", "size": "1", "more": 1, "parts": [{"name": "abc"}]}
    )
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    faults = {(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]}
    assert faults == {
        ("/name", "string_too_short"),
        ("/size", "int_type"),
        ("/more", "extra_forbidden"),
        ("/parts/0/size", "missing"),
    }


@pytest.mark.parametrize(
    "content", [b"{", b"\xff\xfe", b'{"name": "\\ud800"}', b"[" * 100_000, b""]
)
async def test_what_cannot_be_read_is_400_or_422(
    edge: AsyncTestClient[Litestar], content: bytes
) -> None:
    answer = await edge.post(
        "/things", content=content, headers={"content-type": "application/json"}
    )
    assert answer.status_code in {400, 422}
    assert answer.json()["type"].startswith("/problems/")


@pytest.mark.parametrize("content", [b"[]", b"null", b'"text"', b"3"])
async def test_a_body_that_is_no_object_is_invalid(
    edge: AsyncTestClient[Litestar], content: bytes
) -> None:
    answer = await edge.post(
        "/things", content=content, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 422


async def test_our_own_bug_tells_nothing(edge: AsyncTestClient[Litestar]) -> None:
    answer = await edge.get("/broken")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.json()["type"] == "/problems/internal"


async def test_a_miss_and_an_unknown_address_are_the_same_to_the_byte(
    edge: AsyncTestClient[Litestar],
) -> None:
    assert (await edge.get("/missing")).content == (await edge.get("/nowhere")).content


async def test_too_many_says_when_to_come_back(edge: AsyncTestClient[Litestar]) -> None:
    answer = await edge.get("/busy")
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "17"


async def test_a_clash_carries_what_is_stored(edge: AsyncTestClient[Litestar]) -> None:
    assert (await edge.get("/clash")).json()["stored"] == {"revision": 3}


async def test_a_wrong_parameter_names_itself(edge: AsyncTestClient[Litestar]) -> None:
    answer = await edge.get("/sized?size=big")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/size"


async def test_the_wrong_method_is_405(edge: AsyncTestClient[Litestar]) -> None:
    assert (await edge.delete("/things")).status_code == 405


@pytest.mark.parametrize("code", sorted(CODES))
async def test_every_code_has_a_page(edge: AsyncTestClient[Litestar], code: str) -> None:
    page = (await edge.get(f"/problems/{code}")).json()
    assert page["status"] == CODES[code].status
    assert page["title"]


@pytest.mark.parametrize("code", sorted(CODES))
async def test_people_get_a_page_in_both_languages(
    edge: AsyncTestClient[Litestar], code: str
) -> None:
    page = await edge.get(f"/problems/{code}", headers={"Accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert SUMMARIES_ZH[CODES[code].status] in page.text
    assert html.escape(CODES[code].title, quote=False).replace("'", "&#39;") in page.text
