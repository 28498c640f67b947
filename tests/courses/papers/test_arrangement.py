"""Draw and order from a seed, for ever the same."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.papers.arrangement import (
    PoolTooSmallError,
    Share,
    arrange,
    draw,
    missing_questions,
    option_order,
)

SEED = bytes(range(32))
POOL = {
    "complaints": [UUID(int=number) for number in range(1, 9)],
    "loyalty": [UUID(int=number) for number in range(101, 105)],
}


def test_the_order_is_written_in_stone() -> None:
    """These values are part of the record of every attempt: a change here breaks stored papers."""
    assert arrange(SEED, b"label", [b"a", b"b", b"c", b"d"]) == [b"b", b"a", b"d", b"c"]
    assert option_order(SEED, 3)(["k", "l", "m"]) == ["l", "m", "k"]
    drawn = draw(SEED, [Share("complaints", 3), Share("loyalty", 1)], POOL)
    assert [version.int for version in drawn] == [3, 8, 101, 6]


@given(st.binary(min_size=32, max_size=32), st.permutations(POOL["complaints"]))
def test_a_draw_does_not_depend_on_the_pools_order(seed: bytes, shuffled: list[UUID]) -> None:
    blueprint = [Share("complaints", 4)]
    assert draw(seed, blueprint, POOL) == draw(seed, blueprint, {"complaints": shuffled})


@given(st.binary(min_size=32, max_size=32), st.integers(0, 8), st.integers(0, 4))
def test_a_draw_takes_as_many_of_each_topic_as_asked(seed: bytes, many: int, few: int) -> None:
    drawn = draw(seed, [Share("complaints", many), Share("loyalty", few)], POOL)
    assert len(drawn) == len(set(drawn)) == many + few
    assert sum(version in POOL["complaints"] for version in drawn) == many


def test_unmixed_papers_follow_the_blueprint() -> None:
    drawn = draw(SEED, [Share("loyalty", 2), Share("complaints", 2)], POOL, mixed=False)
    assert [version in POOL["loyalty"] for version in drawn] == [True, True, False, False]


def test_a_pool_that_is_too_small_says_what_is_missing() -> None:
    blueprint = [Share("complaints", 9), Share("loyalty", 4), Share("nothing", 2)]
    assert missing_questions(blueprint, POOL) == {"complaints": 1, "nothing": 2}
    with pytest.raises(PoolTooSmallError) as caught:
        draw(SEED, blueprint, POOL)
    assert caught.value.missing == {"complaints": 1, "nothing": 2}


def test_every_option_comes_first_about_as_often() -> None:
    firsts = [
        option_order(bytes([n % 256, n // 256]) * 16, 1)(["a", "b", "c", "d"])[0]
        for n in range(4000)
    ]
    assert all(900 < firsts.count(name) < 1100 for name in "abcd")
