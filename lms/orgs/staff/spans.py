"""On which days a link or a place holds, in SQL: what *linked* and *placed* mean in queries.

A link whose end was set goes on until that end has come: `ended_at` says nothing about a day. Plain
dates, since under row-level security range operators lose their index.
"""

from datetime import date

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col

from lms.orgs.staff.models import Assignment, StaffLink

Spanned = type[StaffLink] | type[Assignment]


def holds_on(row: Spanned, day: date) -> ColumnElement[bool]:
    """Whether [valid_from, valid_to) holds `day`."""
    return and_(col(row.valid_from) <= day, not_over_on(row, day))


def gives_on(day: date) -> ColumnElement[bool]:
    """Whether a link holds on `day` and the company can still give through it.

    Who is dismissed on the spot, with that day as the last, is linked until it is over, but out:
    what they had has ended, and nothing would end what they got now.
    """
    return and_(holds_on(StaffLink, day), col(StaffLink.end_told_at).is_(None))


def not_over_on(row: Spanned, day: date) -> ColumnElement[bool]:
    """Whether it holds on `day` or may on a later one."""
    return or_(col(row.valid_to).is_(None), col(row.valid_to) > day)


def is_or_is_to_come(row: Spanned, day: date) -> ColumnElement[bool]:
    """Whether it holds on `day` or will on a later one: it is not over, and not void."""
    return and_(not_over_on(row, day), _lasts(row))


def held_by(row: Spanned, day: date) -> ColumnElement[bool]:
    """Whether it holds on `day` or did on an earlier one: it has begun, and is not void."""
    return and_(col(row.valid_from) <= day, _lasts(row))


def _lasts(row: Spanned) -> ColumnElement[bool]:
    return or_(col(row.valid_to).is_(None), col(row.valid_to) > col(row.valid_from))
