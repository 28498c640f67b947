"""How long a centre certificate is valid, and when its renewal is due."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from lms.kernel.clock import day_start

ONE_DAY = timedelta(days=1)


def last_day_of(from_day: date) -> date:
    """The day before the same date next year; a year from 29 February ends on 28 February."""
    try:
        return from_day.replace(year=from_day.year + 1) - ONE_DAY
    except ValueError:
        return date(from_day.year + 1, 2, 28)


def renewal_day(last_day: date) -> date:
    """The day on whose facts renewal is decided, and from which the renewed one is valid."""
    return last_day + ONE_DAY


def renewal_due(last_day: date, zone: str) -> datetime:
    """00:00 of the renewal day in the centre's zone: no lost day and no early lock-in."""
    return day_start(renewal_day(last_day), zone)
