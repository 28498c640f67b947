"""Every route of the app as a request that can be sent; walked, never listed by hand."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from litestar import Litestar
from litestar.routes import HTTPRoute

from lms.kernel.actor import PUBLIC, Permission
from lms.kernel.ids import new_id

PARAMETER = re.compile(r"\{(\w+):(\w+)\}")
ORGANISATION = "organisation_id"
NOWHERE = {"int": 7, "str": "NOWHERE", "path": "nowhere", "date": "2026-03-02"}
READING = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True)
class Address:
    """One method at one path, what it needs, and the names of its path's parameters with types."""

    method: str
    template: str
    needs: Permission
    parameters: tuple[tuple[str, str], ...]
    handler: Any

    @property
    def name(self) -> str:
        path = PARAMETER.sub(r"{\1}", self.template)
        return f"{self.method} {path}"

    @property
    def ids(self) -> list[str]:
        """The parameters that name a row, beside the organisation."""
        return [
            name for name, kind in self.parameters if kind == "uuid" and name != "organisation_id"
        ]

    @property
    def scoped(self) -> bool:
        """Whether the path names an organisation, for which the permission has to be held."""
        return any(name == ORGANISATION for name, _ in self.parameters)

    @property
    def writes(self) -> bool:
        return self.method not in READING

    def path(self, values: Mapping[str, object] | None = None) -> str:
        """The path with these values, and with something that exists nowhere for the others."""
        given = values or {}

        def value(found: re.Match[str]) -> str:
            return quote(str(given.get(found[1], _nowhere(found[2]))), safe="")

        return PARAMETER.sub(value, self.template)


def _nowhere(kind: str) -> object:
    return new_id() if kind == "uuid" else NOWHERE[kind]


def addresses(app: Litestar) -> Iterator[Address]:
    """Every method of every route."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                for method in sorted(handler.http_methods - {"OPTIONS"}):
                    yield Address(
                        method=str(method),
                        template=route.path,
                        needs=handler.opt.get("needs", PUBLIC),
                        parameters=tuple(PARAMETER.findall(route.path)),
                        handler=handler,
                    )
