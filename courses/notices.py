"""What learners are told by mail of places and results. Texts: `lms/notify/templates/`."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from courses.catalogue.models import Course
from courses.enrolment.models import Enrolment
from courses.events import (
    EnrolmentConfirmed,
    EnrolmentWithdrawn,
    ResultsChanged,
    ResultsReleased,
    WaitlistPromoted,
)
from courses.schedule.models import CourseClass
from courses.schedule.queries import meetings
from lms.issuer.queries import the_issuer
from lms.kernel.events import Handler
from lms.kernel.work import Work
from lms.notify.service import send

WITHDRAWN = {"class_cancelled": "class_cancelled", "class_closed": "waitlist_ended"}
"""Withdrawals by nobody's wish of their own, and the mail about each."""


async def on_enrolment_confirmed(work: Work, confirmed: EnrolmentConfirmed) -> None:
    """Tell where and when, whoever enrolled them."""
    context = {
        **await _course(work, confirmed.course_id),
        **await _class(work, confirmed.class_id),
    }
    await _tell(work, "enrolment_confirmed", confirmed.person_id, context)


async def on_waitlist_promoted(work: Work, promoted: WaitlistPromoted) -> None:
    """Tell somebody who waited that the seat is theirs."""
    context = {**await _course(work, promoted.course_id), **await _class(work, promoted.class_id)}
    await _tell(work, "waitlist_promotion", promoted.person_id, context)


async def on_enrolment_withdrawn(work: Work, withdrawn: EnrolmentWithdrawn) -> None:
    """Tell whose class does not take place, or who waited in vain."""
    template = WITHDRAWN.get(withdrawn.reason)
    if template is None:
        return
    context = {
        **await _course(work, withdrawn.course_id),
        "class_code": (await _class(work, withdrawn.class_id))["class_code"],
    }
    await _tell(work, template, withdrawn.person_id, context)


async def on_results_released(work: Work, released: ResultsReleased) -> None:
    """Tell that a result is out; what it is, they see after signing in."""
    enrolment = await work.session.get_one(Enrolment, released.enrolment_id)
    course = await _course(work, enrolment.course_id)
    await _tell(work, "result_released", enrolment.person_id, course)


async def on_results_changed(work: Work, changed: ResultsChanged) -> None:
    """Tell that a result which was known is another since a regrade."""
    enrolment = await work.session.get_one(Enrolment, changed.enrolment_id)
    course = await _course(work, enrolment.course_id)
    await _tell(work, "result_changed", enrolment.person_id, course)


HANDLERS: tuple[Handler, ...] = (
    Handler.in_turn("notices.on_enrolment_confirmed", EnrolmentConfirmed, on_enrolment_confirmed),
    Handler.in_turn("notices.on_waitlist_promoted", WaitlistPromoted, on_waitlist_promoted),
    Handler.in_turn("notices.on_enrolment_withdrawn", EnrolmentWithdrawn, on_enrolment_withdrawn),
    Handler.in_turn("notices.on_results_released", ResultsReleased, on_results_released),
    Handler.in_turn("notices.on_results_changed", ResultsChanged, on_results_changed),
)


async def _tell(work: Work, template: str, person_id: UUID, context: Mapping[str, Any]) -> None:
    """One mail an event: a handler is done once, so its mail needs no other cause."""
    await send(work, template=template, to=person_id, cause=work.new_id(), context=context)


async def _course(work: Work, course_id: UUID) -> dict[str, Any]:
    course = await work.session.get_one(Course, course_id)
    return {
        "course_zh": course.title_zh_hant,
        "course_en": course.title_en,
        "course_code": course.code,
    }


async def _class(work: Work, class_id: UUID | None) -> dict[str, Any]:
    """The class and its first meeting, in the issuer's local time."""
    if class_id is None:
        return {"class_code": None, "begins_at": None, "venue": None}
    run = await work.session.get_one(CourseClass, class_id)
    first = next(iter(await meetings(work.session, class_id)), None)
    zone = ZoneInfo((await the_issuer(work.session)).zone)
    return {
        "class_code": run.code,
        "begins_at": first.starts_at.astimezone(zone).isoformat() if first else None,
        "venue": first.venue if first else None,
    }
