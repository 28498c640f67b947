"""How marks are shown: cut after two places, never rounded up. Decisions never read this."""

from fractions import Fraction


def percent_shown(share: Fraction) -> str:
    """A share of 0 to 1 as a percentage: 2/3 is `66.66`."""
    hundredths = int(share * 10_000)
    return f"{hundredths // 100}.{hundredths % 100:02d}"
