"""How long a centre certificate is valid, and when its renewal is due."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from certs.awards.period import last_day_after
from lms.kernel.clock import day_start

VALIDITY_MONTHS = 12
ONE_DAY = timedelta(days=1)


def last_day_of(from_day: date) -> date:
    """The day before the same date next year; a year from 29 February ends on 28 February."""
    return last_day_after(from_day, VALIDITY_MONTHS)


def renewal_day(last_day: date) -> date:
    """The day on whose facts renewal is decided, and from which the renewed one is valid."""
    return last_day + ONE_DAY


def renewal_due(last_day: date, zone: str) -> datetime:
    """00:00 of the renewal day in the centre's zone: no lost day and no early lock-in."""
    return day_start(renewal_day(last_day), zone)
