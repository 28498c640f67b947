"""The published contract: what Litestar reads off the routes, with problems, words and examples.

Litestar describes its own 400, leaves docstrings whole and names shapes by their modules; here the
document becomes what the API really answers.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.plugins import JsonRenderPlugin, SwaggerRenderPlugin
from litestar.routes import HTTPRoute
from litestar.serialization import encode_json

from lms.kernel.actor import PUBLIC, SIGNED_IN, Permission
from lms.kernel.schema import In
from lms.web.contract import problems
from lms.web.contract.examples import Examples

METHODS = ("get", "post", "put", "patch", "delete")
PAGE_OF = re.compile(r"^Page_(?:\w+\.)*(\w+?)(?:Out)?_$")
RAISES = re.compile(r"\n\s*Raises:\n.*", re.DOTALL)


class Contract(JsonRenderPlugin):
    """Gives the document out; it is finished once a process, when it is first asked for."""

    def __init__(self) -> None:
        super().__init__(path="/openapi.json")
        self._finished: dict[str, Any] | None = None

    def document(self, request: Any, openapi_schema: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401 - Litestar's own generic request
        """The finished document."""
        if self._finished is None:
            plain = json.loads(self.render_json(request, openapi_schema))
            self._finished = finished(plain, request.app)
        return self._finished

    def render(self, request: Any, openapi_schema: dict[str, Any]) -> bytes:  # noqa: ANN401 - as above
        """The document as JSON."""
        return encode_json(self.document(request, openapi_schema))


class TryOut(SwaggerRenderPlugin):
    """Shows the finished document, with Swagger UI's own files from this server."""

    def __init__(self, contract: Contract, assets: str) -> None:
        super().__init__(
            favicon="<link rel='icon' href='data:,'>",
            js_url=f"{assets}/swagger-ui-bundle.js",
            css_url=f"{assets}/swagger-ui.css",
            standalone_preset_js_url=f"{assets}/swagger-ui-standalone-preset.js",
        )
        self._contract = contract

    def render(self, request: Any, openapi_schema: dict[str, Any]) -> bytes:  # noqa: ANN401 - as above
        """The page."""
        return super().render(request, self._contract.document(request, openapi_schema))


def handlers_of(app: Litestar) -> Iterator[HTTPRouteHandler]:
    """The handlers that the contract is about."""
    for route in app.routes:
        for handler in route.route_handlers if isinstance(route, HTTPRoute) else ():
            if "needs" in handler.opt and handler.include_in_schema is not False:
                yield handler


def body_of(handler: HTTPRouteHandler) -> Any:  # noqa: ANN401 - any type
    """The type of an operation's body, or None."""
    field = handler.parsed_data_field
    return None if field is None else field.annotation


def finished(document: dict[str, Any], app: Litestar) -> dict[str, Any]:
    """Name the shapes, and give every operation its words, its problems and its examples."""
    document = _with_plain_names(document)
    components = document["components"]
    components["schemas"] |= _exact_bodies(app) | problems.SCHEMAS
    needs = {handler.operation_id: handler.opt["needs"] for handler in handlers_of(app)}
    components["responses"] = problems.responses()
    examples = Examples(components["schemas"])
    for path, operation in _operations(document):
        needed = needs[operation["operationId"]]
        _put_into_words(operation, needed)
        operation.setdefault("tags", [_first_noun(path)])
        operation["security"] = [] if needed == PUBLIC else [{"bearer": []}]
        operation["responses"] = {
            **{code: one for code, one in operation["responses"].items() if code < "400"},
            **problems.references(path, operation, signed_in=needed != PUBLIC),
        }
        examples.put_into(operation)
    return document


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, item[method]


def _with_plain_names(document: dict[str, Any]) -> dict[str, Any]:
    """`Page_courses.catalogue.schemas.CourseOut_` is a `CoursePage`."""
    text = json.dumps(document)
    for name in document["components"]["schemas"]:
        found = PAGE_OF.match(name)
        if found is not None:
            text = text.replace(f'schemas/{name}"', f'schemas/{found[1]}Page"')
            text = text.replace(f'"{name}":', f'"{found[1]}Page":')
    named: dict[str, Any] = json.loads(text)
    return named


def _exact_bodies(app: Litestar) -> dict[str, Any]:
    """Pydantic's own schemas of bodies: Litestar's lose what is said inside unions and lists."""
    shapes: dict[str, Any] = {}
    for kind in map(body_of, handlers_of(app)):
        if isinstance(kind, type) and issubclass(kind, In):
            shape = kind.model_json_schema(ref_template="#/components/schemas/{model}")
            shapes |= shape.pop("$defs", {})
            shapes[kind.__name__] = shape
    return shapes


def _put_into_words(operation: dict[str, Any], needed: Permission) -> None:
    """The docstring's first sentence is the summary; the rest, and who may, the description."""
    words = RAISES.sub("", operation.get("description", ""))
    summary, _, rest = words.partition("\n\n")
    operation["summary"] = " ".join(summary.split()).removesuffix(".")
    who = {PUBLIC: "Open to anybody.", SIGNED_IN: "For whoever is signed in."}
    rest = "\n\n".join(part for part in (rest.strip(), who.get(needed, f"Needs `{needed}`.")))
    operation["description"] = rest.strip()


def _first_noun(path: str) -> str:
    return path.removeprefix("/api/v1/").strip("/").split("/")[0].replace("-", " ")
