"""Order and draw from a seed: written down here, so that a paper can be rebuilt for ever.

The order of names under a seed of 32 bytes and a label is their order by
`SHA-256(seed || label || 0x00 || name)`, compared as bytes. It depends on nothing else: not on the
order of what is handed in, not on a library's random generator.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from courses.questions.kinds.kind import Arrange

DRAW = b"draw"
QUESTIONS = b"questions"
OPTIONS = b"options"


def arrange(seed: bytes, label: bytes, names: Iterable[bytes]) -> list[bytes]:
    """The names in the order that the seed gives them under this label."""
    prefix = seed + label + b"\x00"
    return sorted(names, key=lambda name: hashlib.sha256(prefix + name).digest())


def option_order(seed: bytes, position: int) -> Arrange:
    """How the options of the question at this position of the paper are put in order."""
    label = OPTIONS + b":" + str(position).encode()

    def ordered(names: Sequence[str]) -> list[str]:
        by_bytes = {name.encode(): name for name in names}
        return [by_bytes[name] for name in arrange(seed, label, by_bytes)]

    return ordered


@dataclass(frozen=True, slots=True)
class Share:
    """One line of a blueprint: so many questions of a topic."""

    topic: str
    count: int


class PoolTooSmallError(ValueError):
    """A blueprint asks a topic for more questions than its pool has."""

    def __init__(self, missing: Mapping[str, int]) -> None:
        self.missing = dict(missing)
        super().__init__(f"questions missing by topic: {self.missing}")


def missing_questions(
    blueprint: Sequence[Share], pool: Mapping[str, Sequence[UUID]]
) -> dict[str, int]:
    """How many questions each topic lacks; empty when the blueprint can be served."""
    lacks = {share.topic: share.count - len(pool.get(share.topic, ())) for share in blueprint}
    return {topic: count for topic, count in lacks.items() if count > 0}


def draw(
    seed: bytes,
    blueprint: Sequence[Share],
    pool: Mapping[str, Sequence[UUID]],
    *,
    mixed: bool = True,
) -> list[UUID]:
    """The question versions of one paper, in the order in which they are served.

    `mixed` puts all questions into one seeded order; otherwise topics follow the blueprint.

    Raises:
        PoolTooSmallError: with what is missing, by topic.
    """
    if missing := missing_questions(blueprint, pool):
        raise PoolTooSmallError(missing)
    drawn: list[bytes] = []
    for share in blueprint:
        label = DRAW + b":" + share.topic.encode()
        names = [version_id.bytes for version_id in pool[share.topic]]
        drawn += arrange(seed, label, names)[: share.count]
    if mixed:
        drawn = arrange(seed, QUESTIONS, drawn)
    return [UUID(bytes=name) for name in drawn]
