"""How request bodies are read, and how answers get their ETag."""

from typing import Any

import msgspec
from litestar import Response
from litestar.config.app import AppConfig
from litestar.plugins import InitPlugin

from lms.kernel.problems import Fault, Invalid
from lms.kernel.schema import In


def is_body(kind: object) -> bool:
    """Whether a type is one of our request bodies."""
    return isinstance(kind, type) and issubclass(kind, In)


def decode_body(kind: type[In], value: object) -> In:
    """Read a body that has been parsed as JSON: strictly, with every fault told.

    Raises:
        Invalid: with a pointer to everything that is wrong.
    """
    if isinstance(value, kind):
        return value
    if not isinstance(value, dict):
        raise Invalid([Fault("", "object", "the body is a JSON object")])
    return kind.from_json(msgspec.json.encode(value))


class BodiesPlugin(InitPlugin):
    """Puts our reading of bodies before Litestar's own for pydantic, which is lax."""

    def on_app_init(self, app_config: AppConfig) -> AppConfig:
        """Stand after the plugins that PydanticPlugin appends, to come before their decoders."""
        app_config.plugins.append(_DecodersFirst())
        return app_config


class _DecodersFirst(InitPlugin):
    def on_app_init(self, app_config: AppConfig) -> AppConfig:
        app_config.type_decoders = [(is_body, decode_body), *(app_config.type_decoders or [])]
        return app_config


async def add_etag(response: Response[Any]) -> Response[Any]:
    """Give an answer with a `revision` the ETag that If-Match asks for."""
    revision = getattr(response.content, "revision", None)
    if isinstance(revision, int):
        response.headers["ETag"] = f'"{revision}"'
    return response
