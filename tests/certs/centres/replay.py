"""Replaying a centre's changes, in the order of their sequence numbers, through the plain model."""

from collections.abc import Iterator

from tests.certs.centres.plain_model import PlainAward, PlainCentre
from tests.certs.centres.world import World

NUMBERS = (
    "SELECT counted, qualified FROM centre_evaluation WHERE centre_id = :id AND seq > :since "
    "ORDER BY seq"
)


class UntoldError(AssertionError):
    """The evaluations do not tell one change each: something was counted twice, or not at all."""


async def replay(world: World, centre_id, *, size: int, qualified: int) -> tuple[list, int]:
    """The decisions that the plain model takes, and how many changes there were.

    The centre began with `size` people of whom `qualified` were certified, told by one evaluation.
    """
    model = PlainCentre(world.today, state="registered")
    for number in range(size):
        model.places[number] = (world.today, None)
        model.links[number] = number
        if number < qualified:
            model.awards[number] = [PlainAward(world.today, None)]
    model.look()
    begun, *rows = [tuple(row) for row in await world.rows(NUMBERS, id=centre_id, since=1)]
    if begun != model.numbers():
        raise UntoldError(f"began with {begun}, not {model.numbers()}")
    passing: Iterator[int] = iter(range(qualified, size))
    for before, after in zip([begun, *rows], rows, strict=False):
        if after == (before[0], before[1] + 1):
            model.awards[next(passing)] = [PlainAward(world.today, None)]
        elif after == (before[0] + 1, before[1]):
            model.places[f"hired {after}"] = (world.today, None)
        else:
            raise UntoldError(f"from {before} to {after}")
        model.look()
    return model.log, len(rows)
