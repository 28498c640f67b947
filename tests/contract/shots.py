"""Requests with one thing spoilt, for every route: a field, a parameter, a header, the body."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from litestar import Litestar

from tests.contract.addresses import PARAMETER, Address, addresses
from tests.contract.bodies import body_of
from tests.contract.hostile import (
    BODIES,
    CONTENT_TYPES,
    CURSORS,
    DAYS,
    HEADERS,
    IN_PATHS,
    IN_QUERIES,
    VALUES,
)

Ids = Mapping[str, Any]


@dataclass(frozen=True)
class Shot:
    """One request, but for who sends it; `what` says which thing is spoilt, and how."""

    what: str
    method: str
    path: str
    content: bytes | None = None
    params: dict[str, str] = field(default_factory=dict)
    headers: dict[str, bytes] = field(default_factory=dict)

    def within(self, one_of: int) -> bool:
        """Whether it belongs to a sample of one in so many; always the same ones."""
        return crc32(self.what.encode()) % one_of == 0


def shot(address: Address, ids: Ids, what: str, **spoilt: Any) -> Shot:
    """A request that would be good, with this in place of what is right."""
    headers = {"If-Match": b'"1"', "Content-Type": b"application/json"}
    values: dict[str, Any] = {"path": address.path(ids)}
    body = body_of(address, ids)
    if body is not None:
        values["content"] = json.dumps(body).encode()
    values |= spoilt
    values["headers"] = headers | spoilt.get("headers", {})
    return Shot(f"{address.name} {what}", address.method, **values)


def ours(app: Litestar) -> Iterator[Address]:
    """Every route but the framework's own pages about the contract."""
    return (one for one in addresses(app) if not one.template.startswith("/schema"))


def bodies(app: Litestar, ids: Ids) -> Iterator[Shot]:
    """Each field of each body with each value."""
    for address in ours(app):
        good = body_of(address, ids) or {}
        for name in good:
            for value in VALUES:
                content = json.dumps({**good, name: value}).encode()
                yield shot(address, ids, f"{name}={value!r:.60}", content=content)


def no_bodies(app: Litestar, ids: Ids) -> Iterator[Shot]:
    """Each writing route with what is no JSON, or no object, or said to be something else."""
    for address in (one for one in ours(app) if one.writes):
        for body in BODIES:
            yield shot(address, ids, f"{body!r:.60}", content=body)
        for kind in CONTENT_TYPES:
            yield shot(address, ids, f"as {kind}", headers={"Content-Type": kind.encode()})


def queries(app: Litestar, ids: Ids) -> Iterator[Shot]:
    """Each query parameter of the contract with each value."""
    paths = app.openapi_schema.to_schema()["paths"]
    for address in ours(app):
        operations = paths.get(PARAMETER.sub(r"{\1}", address.template), {})
        for parameter in operations.get(address.method.lower(), {}).get("parameters", []):
            if parameter["in"] == "query":
                name = parameter["name"]
                for value in CURSORS if name == "cursor" else IN_QUERIES:
                    yield shot(address, ids, f"?{name}={value!r:.60}", params={name: value})


def paths(app: Litestar, ids: Ids) -> Iterator[Shot]:
    """Each parameter in a path with each value."""
    for address in ours(app):
        for name, _ in address.parameters:
            for value in (*IN_PATHS, DAYS[0]):
                path = address.path({**ids, name: value})
                yield shot(address, ids, f"/{name}={value!r:.60}", path=path)


def headers(app: Litestar, ids: Ids) -> Iterator[Shot]:
    """Each header with each value, at each route."""
    for address in ours(app):
        for name, values in HEADERS.items():
            for value in values:
                yield shot(address, ids, f"{name}: {value!r:.60}", headers={name: value.encode()})


KINDS = {
    "bodies": bodies,
    "no_bodies": no_bodies,
    "queries": queries,
    "paths": paths,
    "headers": headers,
}
