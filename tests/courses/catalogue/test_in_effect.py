from datetime import date
from uuid import UUID

from courses.catalogue.in_effect import OpenVersion, in_effect

FIRST = OpenVersion(UUID(int=1), 1, date(2026, 1, 1), date(2026, 6, 30))
SECOND = OpenVersion(UUID(int=2), 2, date(2026, 4, 1), None)


def test_the_newest_taught_version_is_in_effect():
    assert in_effect([FIRST, SECOND], date(2026, 3, 31)) is FIRST
    assert in_effect([SECOND, FIRST], date(2026, 4, 1)) is SECOND


def test_nothing_is_in_effect_before_the_first_day_nor_after_the_last():
    assert in_effect([FIRST], date(2025, 12, 31)) is None
    assert in_effect([FIRST], date(2026, 6, 30)) is FIRST
    assert in_effect([FIRST], date(2026, 7, 1)) is None
    assert in_effect([], date(2026, 7, 1)) is None
