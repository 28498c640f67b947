"""What a key does to its question."""

from enum import StrEnum


class Effect(StrEnum):
    """What becomes of a question: it counts, counts for nobody, or is given to everybody."""

    COUNTS = "counts"
    EXCLUDED = "excluded"
    GIVEN = "given"
