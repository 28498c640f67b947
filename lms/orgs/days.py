"""Days as people say them (first and last, both inclusive) and as tables keep them (end exclusive).

Pure. In which zone an instant is which day is the clock's: `lms/kernel/clock.py`.
"""

from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from lms.kernel.problems import Fault, Invalid

EARLIEST = date(1950, 1, 1)
LATEST = date(2199, 12, 31)
ONE_DAY = timedelta(days=1)

Day = Annotated[date, Field(ge=EARLIEST, le=LATEST)]
"""A day in a request's body; outside these bounds it is a slip of the keyboard."""


def end_of(last_day: date | None) -> date | None:
    """The exclusive end that a last day means; None is open-ended."""
    return None if last_day is None else last_day + ONE_DAY


def last_day_of(valid_to: date | None) -> date | None:
    """The last day that an exclusive end means; None is open-ended."""
    return None if valid_to is None else valid_to - ONE_DAY


def covers(valid_from: date, valid_to: date | None, day: date) -> bool:
    """Whether [valid_from, valid_to) holds `day`."""
    return valid_from <= day and (valid_to is None or day < valid_to)


def require_day(day: date | None, pointer: str) -> None:
    """Refuse a day outside what the roster keeps.

    Raises:
        Invalid: it is too early or too late.
    """
    if day is not None and not EARLIEST <= day <= LATEST:
        raise Invalid([Fault(pointer, "day", f"a day from {EARLIEST} to {LATEST}")])
