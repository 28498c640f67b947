"""Text in requests' bodies: what can be printed and stored. Pure."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints


def _printable(text: str) -> str:
    if any(unicodedata.category(one) in {"Cc", "Cs"} and one != "\n" for one in text):
        raise ValueError("a character here cannot be printed")
    return unicodedata.normalize("NFC", text)


def deceives(text: str) -> bool:
    """Whether a character is invisible or changes the direction of text.

    Two staff numbers that look the same are then two members of staff, and each is counted.
    """
    return any(unicodedata.category(one) in {"Cf", "Co", "Cn", "Zl", "Zp"} for one in text)


def _honest(text: str) -> str:
    if deceives(text):
        raise ValueError("a character here is invisible or changes the direction of text")
    return text


def _visible(text: str) -> str:
    """A name stands on certificates: never blank to the eye."""
    if not any(one.isalnum() for one in text):
        raise ValueError("a name has at least one letter or digit")
    return text


Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200),
    AfterValidator(_printable),
    AfterValidator(_honest),
    AfterValidator(_visible),
]
"""A name, a title, a job role: one line of at most 200 visible characters."""

Note = Annotated[str, StringConstraints(min_length=2, max_length=2000), AfterValidator(_printable)]
"""A reason or a note that is kept."""

StaffNumber = Annotated[
    str,
    StringConstraints(min_length=1, max_length=64),
    AfterValidator(_printable),
    AfterValidator(_honest),
    Field(examples=["A-0071"]),
]
"""A company's own number of a member of staff: text, for it may begin with zeros."""
