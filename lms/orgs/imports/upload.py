"""A request's body as a file on disk, never whole in memory; and how the contract describes it."""

import hashlib
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from litestar import Request
from litestar.openapi.spec import (
    OpenAPIMediaType,
    OpenAPIType,
    Operation,
    RequestBody,
    Schema,
)

BYTES_MOST = 64 * 1024 * 1024


@dataclass
class CsvUpload(Operation):
    """The contract's entry of a route whose body is a roster file."""

    def __post_init__(self) -> None:
        body = Schema(
            type=OpenAPIType.STRING,
            description="A header line, then one line for each member of staff.",
            examples=["staff_number,name_zh,centre\nA-0071,陳大文,東九龍中心\n"],
        )
        self.request_body = RequestBody(
            content={"text/csv": OpenAPIMediaType(schema=body)}, required=True
        )


@asynccontextmanager
async def spooled(request: Request[Any, Any, Any]) -> AsyncIterator[tuple[BinaryIO, bytes]]:
    """The body in a file that is gone afterwards, and its SHA-256."""
    seen = hashlib.sha256()
    with tempfile.TemporaryFile() as file:
        async for chunk in request.stream():
            file.write(chunk)
            seen.update(chunk)
        yield file, seen.digest()
