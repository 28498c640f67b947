"""Who may begin an attempt, and when: enrolment, attendance, the window, retakes, cooling-off.

Pure: the facts are read by `starting.py` in one statement.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from courses.attempts.deadline import Window
from courses.enrolment.attendance.share import Attended


@dataclass(frozen=True, slots=True)
class Applicant:
    """What is known of a person who wants to begin, at one instant.

    `result_awaited`: an earlier attempt is over and its result is not released; whether it has been
    sealed and marked yet makes no difference.
    """

    enrolment_confirmed: bool
    listed: bool
    attended: Attended
    attempts_made: int
    last_ended_at: datetime | None
    result_awaited: bool
    passed_already: bool


@dataclass(frozen=True, slots=True)
class AdmissionRules:
    """The exam's rules as they were when it was published, and the sitting's.

    A retake limit of n allows n attempts after the first; None is no limit. `retakes_until` is the
    course version's teach-out date.
    """

    window: Window
    listed_only: bool
    attendance_percent: int | None
    retake_limit: int | None
    retakes_until: date | None
    cooling_off: timedelta


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not: a problem's code and, where time cures it, from when."""

    code: str
    from_when: datetime | None = None


def refusal(
    applicant: Applicant, rules: AdmissionRules, now: datetime, today: date
) -> Refusal | None:
    """The first reason against beginning now, or None. `today` is the issuer's calendar day.

    Whether an earlier attempt passed counts once its result is released, and until then nobody
    begins again: a refusal must not tell a result before its time.
    """
    return (
        _standing_refusal(applicant, rules)
        or _window_refusal(rules.window, now)
        or _retake_refusal(applicant, rules, now, today)
    )


def _standing_refusal(applicant: Applicant, rules: AdmissionRules) -> Refusal | None:
    if not applicant.enrolment_confirmed:
        return Refusal("enrolment_not_confirmed")
    if rules.listed_only and not applicant.listed:
        return Refusal("sitting_not_for_you")
    percent = rules.attendance_percent
    if percent is not None and not applicant.attended.reaches(percent):
        return Refusal("attendance_too_low")
    return None


def _window_refusal(window: Window, now: datetime) -> Refusal | None:
    if window.open_at(now):
        return None
    if now < window.opens_at:
        return Refusal("sitting_not_open", window.opens_at)
    return Refusal("sitting_closed")


def _retake_refusal(
    applicant: Applicant, rules: AdmissionRules, now: datetime, today: date
) -> Refusal | None:
    if applicant.result_awaited:
        return Refusal("result_awaited")
    if applicant.attempts_made == 0 or applicant.last_ended_at is None:
        return None
    if applicant.passed_already:
        return Refusal("exam_passed_already")
    if rules.retake_limit is not None and applicant.attempts_made > rules.retake_limit:
        return Refusal("retakes_used_up")
    if rules.retakes_until is not None and today > rules.retakes_until:
        return Refusal("version_taught_out")
    again = applicant.last_ended_at + rules.cooling_off
    return Refusal("cooling_off", again) if now < again else None
