"""How long a centre certificate is valid, and when its renewal is due."""

from __future__ import annotations

from datetime import date, timedelta

from certs.awards.period import last_day_after

VALIDITY_MONTHS = 12
ONE_DAY = timedelta(days=1)


def last_day_of(from_day: date) -> date:
    """The day before the same date next year; a year from 29 February ends on 28 February."""
    return last_day_after(from_day, VALIDITY_MONTHS)


def renewal_day(last_day: date) -> date:
    """The day on whose facts renewal is decided, at its 00:00 in the centre's zone.

    The renewed certificate is valid from that day: no lost day and no early lock-in.
    """
    return last_day + ONE_DAY
