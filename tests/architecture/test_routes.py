"""Every route: guarded by the policy table, documented, and without a table in its signature."""

import inspect
import typing
from collections.abc import Iterator
from typing import Any

import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from sqlmodel import SQLModel

from lms import role_rights, wiring
from lms.app import create_app
from lms.kernel.actor import PUBLIC, SIGNED_IN, Permission
from lms.settings import Settings


def routes(app: Litestar) -> Iterator[tuple[str, HTTPRouteHandler]]:
    for route in app.routes:
        if isinstance(route, HTTPRoute) and not route.path.startswith("/schema"):
            for handler in route.route_handlers:
                if handler.http_methods != {"OPTIONS"}:
                    yield route.path, handler


def function_of(handler: HTTPRouteHandler) -> Any:
    """The route's own function, also where it runs in a thread."""
    return getattr(handler.fn, "func", handler.fn)


@pytest.fixture(scope="module")
def assembled() -> Litestar:
    return create_app(Settings(env="test", secret="a secret for tests only, 32 bytes+"))


def test_every_route_names_what_it_needs(assembled: Litestar) -> None:
    given = {permission for role in role_rights.ROLES.values() for permission in role}
    for path, handler in routes(assembled):
        needs = handler.opt.get("needs")
        assert isinstance(needs, Permission), path
        assert needs in given | {PUBLIC, SIGNED_IN}, f"{path} needs {needs}, which no role has"


def test_a_permission_that_no_route_or_verb_needs_is_dead(assembled: Litestar) -> None:
    needed = {str(handler.opt["needs"]) for _, handler in routes(assembled)}
    needed |= {str(effect.permission) for effect in wiring.effects()}
    given = {permission for role in role_rights.ROLES.values() for permission in role}
    assert not {str(permission) for permission in given} - needed


def test_no_route_takes_or_gives_a_table(assembled: Litestar) -> None:
    for path, handler in routes(assembled):
        hints = typing.get_type_hints(function_of(handler))
        for name, hint in hints.items():
            for kind in _parts(hint):
                assert not (isinstance(kind, type) and issubclass(kind, SQLModel)), (path, name)


def _parts(hint: Any) -> Iterator[Any]:
    yield hint
    for part in typing.get_args(hint):
        yield from _parts(part)


def test_every_route_has_an_operation_id_of_its_own(assembled: Litestar) -> None:
    ids = [handler.operation_id for _, handler in routes(assembled)]
    assert all(isinstance(one, str) for one in ids)
    assert len(ids) == len(set(ids))


def test_every_route_is_in_the_contract(assembled: Litestar) -> None:
    described = {
        operation["operationId"]
        for path in assembled.openapi_schema.to_schema()["paths"].values()
        for operation in path.values()
    }
    hidden = {
        handler.operation_id for _, handler in routes(assembled) if not handler.include_in_schema
    }
    assert {handler.operation_id for _, handler in routes(assembled)} - hidden == described


def test_every_route_says_what_it_does(assembled: Litestar) -> None:
    for path, handler in routes(assembled):
        assert inspect.getdoc(function_of(handler)), path


def test_creating_routes_take_an_idempotency_key(assembled: Litestar) -> None:
    """A POST below /api/v1 that answers 201 is safe to repeat, or says why it needs no key."""
    for path, handler in routes(assembled):
        creates = "POST" in handler.http_methods and handler.status_code == 201
        signed_in = handler.opt["needs"] != PUBLIC and not handler.opt.get("no_key")
        if path.startswith("/api/v1") and creates and signed_in:
            parameters = inspect.signature(function_of(handler)).parameters
            assert "key" in parameters, f"{path} creates without an Idempotency-Key"


def test_two_chinese_characters_are_a_whole_reason(assembled: Litestar) -> None:
    """離職, 火警: no body asks for a longer reason, resolution or note."""
    words = {"reason", "resolution", "note"}
    shapes = assembled.openapi_schema.to_schema()["components"]["schemas"]
    asked = {
        (name, field): described.get("minLength", 0)
        for name, shape in shapes.items()
        for field, described in shape.get("properties", {}).items()
        if field in words
    }
    assert len(asked) > 20
    assert not {where: least for where, least in asked.items() if least > 2}
