"""How long an award lasts, in calendar days. Pure."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

MONTHS_A_YEAR = 12
MONTHS_MOST = 1200


def last_day_after(from_day: date, months: int) -> date:
    """The last valid day of a period of whole months: the day before the same date, later.

    Where that month has no such date, the period ends with the month: from 29 February 2028, twelve
    months end on 28 February 2029, and from 31 January 2027, one month ends on 28 February.

    Raises:
        ValueError: less than one month, or more than a hundred years.
    """
    if not 1 <= months <= MONTHS_MOST:
        raise ValueError("a period lasts from one month to a hundred years")
    years, month_index = divmod(from_day.month - 1 + months, MONTHS_A_YEAR)
    year, month = from_day.year + years, month_index + 1
    days_in_month = monthrange(year, month)[1]
    if from_day.day > days_in_month:
        return date(year, month, days_in_month)
    return date(year, month, from_day.day) - timedelta(days=1)


def end_of(from_day: date, validity_months: int | None) -> date | None:
    """The last day of an award; None when its scheme says that it does not end."""
    return None if validity_months is None else last_day_after(from_day, validity_months)


def in_force(from_day: date, last_day: date | None, day: date) -> bool:
    """Whether a period holds on `day`; its state is somebody else's question."""
    return from_day <= day and (last_day is None or day <= last_day)
