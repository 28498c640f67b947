"""Misses are counted and limited; hits never are, so that a printed address always answers."""

import ipaddress
from datetime import timedelta

from lms.kernel.ratelimit import allow
from lms.kernel.work import Works

MISSES_MOST = 30
WINDOW = timedelta(minutes=10)
IPV6_NETWORK = 64


async def count_miss(works: Works, origin: str) -> None:
    """Count one miss of a network address.

    Raises:
        TooMany: it has guessed too often.
    """
    await allow(works, f"verify-miss:{neighbourhood(origin)}", limit=MISSES_MOST, window=WINDOW)


def neighbourhood(origin: str) -> str:
    """What one guesser can hold: an IPv4 address, or a whole IPv6 network of 64 bits."""
    try:
        address = ipaddress.ip_address(origin)
    except ValueError:
        return origin
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, IPV6_NETWORK), strict=False))
    return str(address)
