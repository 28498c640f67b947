from datetime import date
from uuid import UUID

from courses.catalogue.in_effect import OpenVersion
from courses.enrolment.pinning import agreement_needed, pinned

OLD = OpenVersion(UUID(int=1), 1, date(2026, 1, 1), date(2026, 6, 30))
NEW = OpenVersion(UUID(int=2), 2, date(2026, 4, 1), None)


def test_an_enrolment_without_a_class_gets_the_version_in_effect_that_day():
    assert pinned([OLD, NEW], None, date(2026, 3, 31)) is OLD
    assert pinned([OLD, NEW], None, date(2026, 4, 1)) is NEW


def test_an_enrolment_in_a_class_gets_the_class_version_while_it_is_taught():
    assert pinned([OLD, NEW], OLD.id, date(2026, 6, 30)) is OLD
    assert pinned([OLD, NEW], OLD.id, date(2026, 7, 1)) is None


def test_a_version_that_is_not_open_takes_nobody():
    assert pinned([NEW], OLD.id, date(2026, 6, 1)) is None
    assert pinned([], None, date(2026, 6, 1)) is None


def test_only_another_version_needs_an_agreement():
    assert agreement_needed(OLD.id, NEW.id)
    assert not agreement_needed(OLD.id, OLD.id)
