"""The shapes of requests and answers: `In` for bodies, `Out` for answers.

Neither is ever a table, and a table is never one of them.
"""

from typing import Annotated, Self

import msgspec
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lms.kernel.problems import Fault, Invalid

Reason = Annotated[str, Field(min_length=2, max_length=2000)]
"""Why somebody does something, in a body: for the audit trail, and for whom it concerns.

Two characters are a whole reason in Chinese: 離職, 火警.
"""


class In(BaseModel):
    """A request's body: strict types, unknown fields refused, all faults told at once."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, str_strip_whitespace=True)

    @classmethod
    def from_json(cls, body: bytes) -> Self:
        """Read a body.

        Raises:
            Invalid: with one fault, and its pointer, for everything that is wrong.
        """
        try:
            return cls.model_validate_json(body)
        except ValidationError as error:
            raise Invalid(faults_of(error)) from error


class Out(msgspec.Struct):
    """An answer's shape, made from a row or an entity by its own `of`, with keywords."""


def faults_of(error: ValidationError, prefix: str = "") -> list[Fault]:
    """Every fault that pydantic found, with JSON pointers (RFC 6901)."""
    return [
        Fault(
            pointer=prefix + "".join(f"/{_escaped(part)}" for part in item["loc"]),
            code=item["type"],
            detail=item["msg"],
        )
        for item in error.errors(include_url=False, include_context=False, include_input=False)
    ]


def _escaped(part: int | str) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")
