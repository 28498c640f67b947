"""Rate limits that hold between processes: one atomic upsert per try, on its own connection."""

from datetime import timedelta

from lms.kernel.problems import TooMany
from lms.kernel.work import Works

HIT = """
    INSERT INTO rate_limit AS r (bucket, window_ends, hits) VALUES ($1, $2::timestamptz + $3, 1)
    ON CONFLICT (bucket) DO UPDATE SET
        hits = CASE WHEN r.window_ends <= $2 THEN 1 ELSE r.hits + 1 END,
        window_ends = CASE WHEN r.window_ends <= $2 THEN excluded.window_ends ELSE r.window_ends END
    RETURNING hits, window_ends
"""
GIVE_BACK = "UPDATE rate_limit SET hits = hits - 1 WHERE bucket = $1 AND hits > 0"
FORGET = "DELETE FROM rate_limit WHERE window_ends < $1"


async def allow(works: Works, bucket: str, *, limit: int, window: timedelta) -> None:
    """Count one try of `bucket`; it is committed whatever becomes of the request.

    Raises:
        TooMany: more than `limit` tries in the window.
    """
    now = works.clock.now()
    row = await works.pool.fetchrow(HIT, bucket, now, window)
    if row["hits"] > limit:
        raise TooMany(int((row["window_ends"] - now).total_seconds()) + 1)


async def give_back(works: Works, bucket: str) -> None:
    """Take one try back, where only those that went wrong are to count."""
    await works.pool.execute(GIVE_BACK, bucket)


async def forget_past(works: Works) -> None:
    """Drop the rows of windows that have ended."""
    await works.pool.execute(FORGET, works.clock.now())
