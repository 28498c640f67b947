"""Cursor paging: a page's size, where it starts, and the cursor to the next one."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec

from lms.kernel.problems import Fault, Invalid

T = TypeVar("T")
Row = TypeVar("Row")

LIMIT_DEFAULT = 50
LIMIT_MOST = 100


class PageRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What the client asked for; `after` holds the sort key's values of the last row seen."""

    limit: int = LIMIT_DEFAULT
    after: tuple[Any, ...] = ()

    def after_id(self) -> UUID:
        """The last row's id, where the sort key begins with one.

        Raises:
            Invalid: the cursor belongs to another list.
        """
        try:
            return UUID(str(self.after[0]))
        except ValueError as error:
            raise Invalid([Fault("/cursor", "cursor", "not a cursor of this list")]) from error


class Page(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """One page; `next_cursor` is null on the last."""

    items: list[T]
    next_cursor: str | None = None


def cursor_of(key: Sequence[object]) -> str:
    """The opaque text of a sort key."""
    raw = msgspec.json.encode(list(key))
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def page_request(
    limit: int = LIMIT_DEFAULT, cursor: str | None = None, *, key_length: int | None = None
) -> PageRequest:
    """Read a page request.

    Raises:
        Invalid: the cursor is not one that we made.
    """
    if cursor is None:
        return PageRequest(limit=limit)
    try:
        after = msgspec.json.decode(
            base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=list[str | int | None]
        )
    except (msgspec.DecodeError, binascii.Error, ValueError) as error:
        raise Invalid([Fault("/cursor", "cursor", "not a cursor of this list")]) from error
    if key_length is not None and len(after) != key_length:
        raise Invalid([Fault("/cursor", "cursor", "not a cursor of this list")])
    return PageRequest(limit=limit, after=tuple(after))


def page_of(
    rows: Sequence[Row],
    request: PageRequest,
    *,
    out: Callable[[Row], T],
    key: Callable[[Row], Sequence[object]],
) -> Page[T]:
    """Shape rows into a page; the query fetches `request.limit + 1` rows to tell if more follow."""
    kept = rows[: request.limit]
    more = len(rows) > request.limit
    return Page(
        items=[out(row) for row in kept],
        next_cursor=cursor_of(key(kept[-1])) if more and kept else None,
    )
