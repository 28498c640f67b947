"""The Continuing Education Fund's verdict on a course, beside the professional one. Pure and exact.

The fund's published rule: attendance of at least 70 % of contact minutes and at least 50 % of the
overall assessed mark, or the course's own rules where these are higher. It never decides a
certificate, and a certificate never decides it.
"""

from dataclasses import dataclass
from fractions import Fraction

from courses.enrolment.attendance.share import Attended

FUND_ATTENDANCE_PERCENT = 70
FUND_MARK_PERCENT = 50


@dataclass(frozen=True, slots=True)
class CefRules:
    attendance_percent: int
    mark_percent: int

    @classmethod
    def of_course(cls, attendance_percent: int | None, mark_percent: int | None) -> "CefRules":
        """The course's own rules where they are set and higher, else the fund's."""
        return cls(
            max(attendance_percent or 0, FUND_ATTENDANCE_PERCENT),
            max(mark_percent or 0, FUND_MARK_PERCENT),
        )


@dataclass(frozen=True, slots=True)
class CefVerdict:
    """`mark_met` is None while there is no overall mark."""

    attendance_met: bool
    mark_met: bool | None

    @property
    def met(self) -> bool | None:
        """The fund's conditions together; None while that is open."""
        if not self.attendance_met:
            return False
        return self.mark_met


def cef_verdict(
    rules: CefRules, attended: Attended, mark: Fraction | None, *, reimbursable: bool
) -> CefVerdict | None:
    """The verdict on one enrolment, or None where the course is not reimbursable.

    `mark` is the overall assessed mark, 0 to 1.
    """
    if not reimbursable:
        return None
    return CefVerdict(
        attendance_met=attended.reaches(rules.attendance_percent),
        mark_met=None if mark is None else 100 * mark >= rules.mark_percent,
    )
