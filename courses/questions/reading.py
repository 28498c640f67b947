"""Reads authored questions and import files, and tells every fault at once. Pure."""

from collections.abc import Iterable

import msgspec
from pydantic import ValidationError

from courses.questions.kinds.registry import KINDS
from lms.kernel.problems import Fault, Unreadable
from lms.kernel.schema import In, faults_of


def plain(body: bytes) -> object:
    """The JSON of a body.

    Raises:
        Unreadable: it is none.
    """
    try:
        decoded: object = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable("the body is not JSON") from error
    return decoded


def question_faults(shape: type[In], raw: object, pointer: str = "") -> list[Fault]:
    """Everything wrong with one question: its frame, and what its kind says of body and key."""
    try:
        shape.model_validate(raw)
        faults = []
    except ValidationError as error:
        faults = faults_of(error, pointer)
    if not isinstance(raw, dict) or not isinstance(name := raw.get("kind"), str):
        return faults
    kind = KINDS.get(name)
    if kind is None:
        detail = f"one of {', '.join(sorted(KINDS))}"
        return [*faults, Fault(f"{pointer}/kind", "unknown_kind", detail)]
    body, key = raw.get("body"), raw.get("key")
    if isinstance(body, dict) and isinstance(key, dict):
        found = kind.faults(body, key)
        faults += [Fault(pointer + fault.pointer, fault.code, fault.detail) for fault in found]
    return faults


def file_faults(question_shape: type[In], raw: object, most: int) -> list[Fault]:
    """What is wrong with the questions of an import file, one by one and among each other.

    No more than `most` are looked at: that there are more is a fault of the frame.
    """
    if not isinstance(raw, dict) or not isinstance(rows := raw.get("questions"), list):
        return []
    rows = rows[:most]
    topics = _names(raw.get("topics"), "code")
    faults = [
        Fault(f"/topics/{index}/code", "doubled", "another topic has this code")
        for index in _repeats(topics)
    ]
    faults += [
        Fault(f"/questions/{index}/external_id", "doubled", "another question has this id")
        for index in _repeats(_names(rows, "external_id"))
    ]
    for index, row in enumerate(rows):
        faults += question_faults(question_shape, row, f"/questions/{index}")
        topic = row.get("topic") if isinstance(row, dict) else None
        if isinstance(topic, str) and topic not in topics:
            detail = "the file has no such topic"
            faults.append(Fault(f"/questions/{index}/topic", "unknown_topic", detail))
    return faults


def _names(rows: object, field: str) -> list[str | None]:
    values = [row.get(field) if isinstance(row, dict) else None for row in _listed(rows)]
    return [value if isinstance(value, str) else None for value in values]


def _listed(rows: object) -> Iterable[object]:
    return rows if isinstance(rows, list) else ()


def _repeats(names: list[str | None]) -> list[int]:
    seen: set[str] = set()
    repeats = []
    for index, name in enumerate(names):
        if name is None:
            continue
        if name in seen:
            repeats.append(index)
        seen.add(name)
    return repeats
