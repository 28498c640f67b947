"""Who may begin an attempt, and when: enrolment, attendance, the window, retakes, cooling-off.

Pure: the facts are read by `store.py` in one statement.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from courses.attempts.deadline import Window


@dataclass(frozen=True, slots=True)
class Applicant:
    """What is known of a person who wants to begin, at one instant."""

    enrolment_confirmed: bool
    passed_already: bool
    attempts_made: int
    last_ended_at: datetime | None
    attended_minutes: int
    contact_minutes: int
    listed: bool


@dataclass(frozen=True, slots=True)
class AdmissionRules:
    """The exam's rules as they were when it was published, and the sitting's."""

    window: Window
    attendance_percent: int | None
    retake_limit: int | None
    cooling_off: timedelta
    listed_only: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not: a problem's code and, where time cures it, from when."""

    code: str
    from_when: datetime | None = None


def refusal(applicant: Applicant, rules: AdmissionRules, now: datetime) -> Refusal | None:
    """The first reason against beginning now, or None.

    A retake limit of n allows n attempts after the first. The cooling-off span counts from the
    end of the last attempt. Attendance is compared exactly: 69.99 % is less than 70 %.
    """
    return (
        _standing_refusal(applicant, rules)
        or _window_refusal(rules.window, now)
        or _retake_refusal(applicant, rules, now)
    )


def _standing_refusal(applicant: Applicant, rules: AdmissionRules) -> Refusal | None:
    if not applicant.enrolment_confirmed:
        return Refusal("enrolment_not_confirmed")
    if rules.listed_only and not applicant.listed:
        return Refusal("sitting_not_for_you")
    if _attended_too_little(applicant, rules.attendance_percent):
        return Refusal("attendance_too_low")
    if applicant.passed_already:
        return Refusal("exam_passed_already")
    return None


def _window_refusal(window: Window, now: datetime) -> Refusal | None:
    if window.open_at(now):
        return None
    if now < window.opens_at:
        return Refusal("sitting_not_open", window.opens_at)
    return Refusal("sitting_closed")


def _attended_too_little(applicant: Applicant, percent: int | None) -> bool:
    if percent is None:
        return False
    return 100 * applicant.attended_minutes < percent * applicant.contact_minutes


def _retake_refusal(applicant: Applicant, rules: AdmissionRules, now: datetime) -> Refusal | None:
    if rules.retake_limit is not None and applicant.attempts_made > rules.retake_limit:
        return Refusal("retakes_used_up")
    if applicant.last_ended_at is not None:
        again = applicant.last_ended_at + rules.cooling_off
        if now < again:
            return Refusal("cooling_off", again)
    return None
