"""Time zones that a centre may have. Pure over the installed zone table."""

import functools
import zoneinfo


@functools.cache
def known_zones() -> frozenset[str]:
    """The IANA names that this installation knows."""
    return frozenset(zoneinfo.available_timezones() - {"localtime", "Factory"})
