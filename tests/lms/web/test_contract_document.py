"""The contract as given out: named, worded, with the problems and examples that are true."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from lms.kernel.actor import PUBLIC
from lms.kernel.problems import CODES, Problem
from lms.kernel.schema import In
from lms.web.contract.document import Contract, body_of, handlers_of
from lms.web.contract.problems import PLAIN

JSON = "application/json"


class Asked:
    """As much of a request as giving the document out needs."""

    def __init__(self, app: Litestar) -> None:
        self.app = app
        self.route_handler = next(
            handler
            for route in app.routes
            if isinstance(route, HTTPRoute) and route.path == "/schema/openapi.json"
            for handler in route.route_handlers
        )


@pytest.fixture(scope="module")
def document(app: Litestar) -> dict[str, Any]:
    given: dict[str, Any] = json.loads(
        Contract().render(Asked(app), app.openapi_schema.to_schema())
    )
    return given


async def test_the_page_to_try_it_out_shows_the_same(client: Any, document: dict[str, Any]) -> None:
    page = (await client.get("/schema")).text
    assert msgspec.json.encode(document["info"]["description"]).decode() in page
    assert "#/components/responses/Invalid" in page


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def test_shapes_have_names_of_their_own(document: dict[str, Any]) -> None:
    assert [name for name in document["components"]["schemas"] if not name.isalnum()] == []


def test_every_operation_is_put_into_words(document: dict[str, Any]) -> None:
    for path, _, operation in operations(document):
        assert operation["summary"], path
        assert "Raises" not in operation["description"], path
        assert operation["tags"], path


def test_what_needs_no_token_says_so(app: Litestar, document: dict[str, Any]) -> None:
    needs = {handler.operation_id: handler.opt["needs"] for handler in handlers_of(app)}
    for path, _, operation in operations(document):
        public = needs[operation["operationId"]] == PUBLIC
        assert operation["security"] == ([] if public else [{"bearer": []}]), path
        assert ("401" in operation["responses"]) >= (not public), path


def test_every_status_of_a_problem_is_described_with_its_codes(document: dict[str, Any]) -> None:
    beyond = {405, 406, 500}  # what no client that follows the contract meets
    assert {code.status for code in CODES.values()} == PLAIN.keys() | beyond
    told = " ".join(one["description"] for one in document["components"]["responses"].values())
    assert [name for name, code in CODES.items() if code.status in PLAIN and name not in told] == []


def test_examples_of_requests_are_taken(app: Litestar, document: dict[str, Any]) -> None:
    shown = {
        operation["operationId"]: operation["requestBody"]["content"][JSON]["example"]
        for _, _, operation in operations(document)
        if JSON in operation.get("requestBody", {}).get("content", {})
    }
    faults = {}
    for handler in handlers_of(app):
        kind = body_of(handler)
        if handler.operation_id not in shown:
            continue
        example = msgspec.json.encode(shown.pop(handler.operation_id))
        try:
            if isinstance(kind, type) and issubclass(kind, In):
                kind.from_json(example)
            else:
                msgspec.json.decode(example, type=kind)
        except (Problem, msgspec.ValidationError) as error:
            faults[handler.operation_id] = getattr(error, "faults", error)
    assert (faults, shown) == ({}, {})


def test_examples_of_answers_have_the_shape_they_name(document: dict[str, Any]) -> None:
    shared = {"components": {"schemas": document["components"]["schemas"]}}
    for path, method, operation in operations(document):
        for code, answer in operation["responses"].items():
            media = answer.get("content", {}).get(JSON)
            if media is not None and "schema" in media:
                found = jsonschema_rs.Draft202012Validator({**media["schema"], **shared})
                faults = [str(one) for one in found.iter_errors(media["example"])]
                assert faults == [], (path, method, code)
