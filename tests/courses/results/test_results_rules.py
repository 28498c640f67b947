"""What components add up to."""

from fractions import Fraction

import pytest

from courses.results.rules import ComponentOutcome, best, course_verdict


def outcome(earned: int, out_of: int, *, passed: bool = True, weight: int = 1) -> ComponentOutcome:
    return ComponentOutcome(weight, Fraction(earned), out_of, passed)


def test_a_course_is_passed_when_every_component_is() -> None:
    assert course_verdict([outcome(5, 10), outcome(9, 10)]).passed
    assert not course_verdict([outcome(5, 10), outcome(10, 10, passed=False)]).passed


def test_the_overall_mark_weighs_components_exactly() -> None:
    verdict = course_verdict([outcome(1, 3, weight=40), outcome(1, 2, weight=60)])
    assert verdict.mark == Fraction(40, 300) + Fraction(60, 200)


def test_a_pass_counts_before_a_higher_mark() -> None:
    passed, failed = outcome(5, 10), outcome(9, 10, passed=False)
    assert best([failed, passed]) is passed
    assert best([outcome(5, 10), outcome(6, 10)]).mark == Fraction(6, 10)


def test_a_course_without_components_has_no_verdict() -> None:
    with pytest.raises(ValueError, match="component"):
        course_verdict([])
