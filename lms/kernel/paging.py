"""Cursor paging: a page's size, where it starts, and the cursor to the next one."""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import date
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

    def after_id(self, place: int = 0) -> UUID:
        """The id at a place of the last row's sort key.

        Raises:
            Invalid: the cursor belongs to another list; so it is for the other kinds of values.
        """
        return self._after(place, lambda value: UUID(str(value)))

    def after_number(self, place: int = 0) -> int:
        """The number at a place of the last row's sort key."""
        return self._after(place, int)

    def after_day(self, place: int = 0) -> date:
        """The day at a place of the last row's sort key."""
        return self._after(place, lambda value: date.fromisoformat(str(value)))

    def after_text(self, place: int = 0) -> str:
        """The text at a place of the last row's sort key; none of ours has a NUL."""
        return self._after(place, _text)

    def _after(self, place: int, read: Callable[[Any], T]) -> T:
        try:
            return read(self.after[place])
        except (IndexError, TypeError, ValueError) as error:
            raise _foreign() from error


def _text(value: object) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError("no text of ours")
    return value


def _foreign() -> Invalid:
    return Invalid([Fault("/cursor", "cursor", "not a cursor of this list")])


class Page(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """One page; `next_cursor` is null on the last."""

    items: list[T]
    next_cursor: str | None = None


def cursor_of(key: Sequence[object]) -> str:
    """The opaque text of a sort key."""
    raw = msgspec.json.encode(list(key))
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def page_request(limit: int = LIMIT_DEFAULT, cursor: str | None = None) -> PageRequest:
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
        raise _foreign() from error
    if not after:
        raise _foreign()
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
