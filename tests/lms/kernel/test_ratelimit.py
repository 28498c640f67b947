from datetime import timedelta

import pytest

from lms.kernel import ratelimit
from lms.kernel.clock import FrozenClock
from lms.kernel.problems import TooMany
from lms.kernel.work import Works
from tests.conftest import gather

MINUTE = timedelta(minutes=1)


async def hit(works: Works, bucket: str = "letters") -> None:
    await ratelimit.allow(works, bucket, limit=5, window=MINUTE)


async def test_of_many_at_once_no_more_than_the_limit_pass(works: Works) -> None:
    ends = await gather(*(hit(works) for _ in range(20)))
    assert sum(end is None for end in ends) == 5
    assert sum(isinstance(end, TooMany) for end in ends) == 15


async def test_another_bucket_and_the_next_window_are_counted_afresh(
    works: Works, clock: FrozenClock
) -> None:
    for _ in range(5):
        await hit(works)
    await hit(works, "codes")
    clock.advance(MINUTE - timedelta(seconds=1))
    with pytest.raises(TooMany) as refused:
        await hit(works)
    assert refused.value.headers["Retry-After"] == "2"
    clock.advance(timedelta(seconds=1))
    await hit(works)


async def test_what_is_given_back_does_not_count_and_old_windows_are_forgotten(
    works: Works, clock: FrozenClock
) -> None:
    for _ in range(10):
        await hit(works)
        await ratelimit.give_back(works, "letters")
    clock.advance(MINUTE * 2)
    await ratelimit.forget_past(works)
    assert await works.pool.fetchval("SELECT count(*) FROM rate_limit") == 0
