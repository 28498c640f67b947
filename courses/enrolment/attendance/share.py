"""How much of a course somebody attended: exact, never a float, never rounded up. Pure."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Attended:
    """Minutes attended of the contact minutes that there are in all."""

    minutes: int
    contact_minutes: int

    @property
    def share(self) -> Fraction:
        """0 to 1; nothing can be attended of a course without contact minutes."""
        if self.contact_minutes == 0:
            return Fraction(0)
        return Fraction(self.minutes, self.contact_minutes)

    def reaches(self, percent: int) -> bool:
        """Whether at least `percent` was attended: 69.99 % does not reach 70."""
        return 100 * self.share >= percent

    @property
    def percent_shown(self) -> str:
        """The percentage cut, not rounded, after two places: what is shown never flatters."""
        hundredths = int(self.share * 10_000)
        return f"{hundredths // 100}.{hundredths % 100:02d}"


def contact_minutes_of(version_minutes: int, meeting_minutes: int) -> int:
    """What attendance is measured against: the course's contact minutes, or its class's if more.

    A class whose meetings are not all planned yet is measured against the whole course.
    """
    return max(version_minutes, meeting_minutes)
