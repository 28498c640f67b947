"""Shape of an early closing at the API; what is answered is the sitting."""

from courses.schedule.instants import Instant
from lms.kernel.schema import In, Reason


class EarlyClosingIn(In):
    """When the sitting closes instead: not before now, and now where nothing is said."""

    closes_at: Instant | None = None
    reason: Reason
