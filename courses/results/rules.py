"""What the components of a course add up to. Pure and exact."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class ComponentOutcome:
    """The best that one enrolment has reached in one component."""

    weight: int
    earned: Fraction
    out_of: int
    passed: bool

    @property
    def mark(self) -> Fraction:
        """The share of the points that was earned, 0 to 1."""
        return self.earned / self.out_of


@dataclass(frozen=True, slots=True)
class CourseVerdict:
    """`mark` is the overall assessed mark, 0 to 1, with components by weight."""

    mark: Fraction
    passed: bool


def best(outcomes: Sequence[ComponentOutcome]) -> ComponentOutcome:
    """Which of several attempts counts: a pass before a fail, then the higher mark."""
    return max(outcomes, key=lambda outcome: (outcome.passed, outcome.mark))


def course_verdict(outcomes: Sequence[ComponentOutcome]) -> CourseVerdict:
    """The professional verdict on a course whose components are all in: every one is passed.

    Raises:
        ValueError: there is no component.
    """
    weights = sum(outcome.weight for outcome in outcomes)
    if weights == 0:
        raise ValueError("a course has at least one component with a weight")
    mark = sum((outcome.weight * outcome.mark for outcome in outcomes), Fraction(0)) / weights
    return CourseVerdict(mark, all(outcome.passed for outcome in outcomes))
