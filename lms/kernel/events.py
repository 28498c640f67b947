"""Events: what happened, written in the transaction in which it happened, and who handles it.

The row in `event` is the truth; one queue row per handler is the delivery. Delivery itself is in
`queue.py`.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar, dataclass_transform

import msgspec

if TYPE_CHECKING:
    from lms.kernel.work import Work, Works

E = TypeVar("E")

_TYPES: dict[str, type[Any]] = {}
_NAMES: dict[type[Any], str] = {}


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event(name: str, *, version: int = 1) -> Callable[[type[E]], type[E]]:
    """Declare an event: a past-tense frozen dataclass of ids and plain values.

    The stored type is `<name>.v<version>`, for ever: a changed shape is a new version.
    """

    def declare(cls: type[E]) -> type[E]:
        declared = dataclass(frozen=True, kw_only=True)(cls)
        full_name = f"{name}.v{version}"
        if full_name in _TYPES:
            raise TypeError(f"event {full_name} is declared twice")
        _TYPES[full_name] = declared
        _NAMES[declared] = full_name
        return declared

    return declare


def name_of(event_type: type[Any]) -> str:
    """The stored type of an event class."""
    return _NAMES[event_type]


def encode(happened: object) -> bytes:
    """The JSON of an event's values."""
    return msgspec.json.encode(happened)


def decode(type_name: str, payload: bytes | str) -> object:
    """The event that a stored row holds.

    Raises:
        KeyError: no code knows this type any more.
    """
    return msgspec.json.decode(payload, type=_TYPES[type_name])


@dataclass(frozen=True, slots=True)
class Handler:
    """What is done after an event, in a transaction of its own, at least once until it is done.

    `name` is stored, so it never changes. `run` gets a unit of work that commits together with
    the mark that this handler has done this event. With `many`, it gets a list: this event and
    those that wait for the same handler, oldest first, so that a batch is one transaction.
    """

    name: str
    event: type[Any]
    run: "Callable[[Work, Any], Awaitable[None]]"
    many: bool = False

    @classmethod
    def in_turn(
        cls, name: str, event: type[E], run: "Callable[[Work, E], Awaitable[None]]"
    ) -> "Handler":
        """A handler of many that has nothing to gather: one transaction, one after the other."""

        async def run_each(work: "Work", happened: Sequence[E]) -> None:
            for one in happened:
                await run(work, one)

        return cls(name, event, run_each, many=True)


@dataclass(frozen=True, slots=True)
class Tick:
    """Something that is looked at periodically, by one worker at a time, with its own work."""

    name: str
    every: timedelta
    run: "Callable[[Works], Awaitable[None]]"


class Handlers:
    """Which handlers wait for which event: made once, by `lms/app.py`."""

    def __init__(self, handlers: Iterable[Handler] = ()) -> None:
        self.by_name: dict[str, Handler] = {}
        self._by_event: dict[str, list[Handler]] = {}
        for handler in handlers:
            if handler.name in self.by_name:
                raise ValueError(f"handler {handler.name} is registered twice")
            self.by_name[handler.name] = handler
            self._by_event.setdefault(name_of(handler.event), []).append(handler)

    def of(self, type_name: str) -> list[Handler]:
        """The handlers of an event type, in the order of registration."""
        return self._by_event.get(type_name, [])
