"""How request bodies are read, and how answers get their ETag."""

from typing import Any

import msgspec
from litestar import Response

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


async def add_etag(response: Response[Any]) -> Response[Any]:
    """Give an answer with a `revision` the ETag that If-Match asks for."""
    revision = getattr(response.content, "revision", None)
    if isinstance(revision, int):
        response.headers["ETag"] = f'"{revision}"'
    return response
