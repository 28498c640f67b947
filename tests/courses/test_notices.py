"""What learners are told, from the verb or event to the letter."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from courses.events import (
    EnrolmentConfirmed,
    EnrolmentWithdrawn,
    ResultsChanged,
    ResultsReleased,
    WaitlistPromoted,
)
from lms.app import Platform
from lms.kernel.actor import Actor
from tests.builders.learning import AClass, a_class, enrolled
from tests.builders.mail import post, text_of
from tests.builders.people import a_person

Settle = Callable[[], Awaitable[int]]
ADDRESS = "tai.man@example.org"


async def a_learner(opened: Platform) -> UUID:
    async with opened.works.write(Actor.system("test")) as work:
        return (await a_person(work, email=ADDRESS)).id


async def told(opened: Platform, settle: Settle, happened: object) -> tuple[str, str]:
    """The subject and text of the one letter that follows an event."""
    async with opened.works.write(Actor.system("test")) as work:
        await work.emit(happened)
    await settle()
    (message,) = await post(opened)
    assert message["To"] == ADDRESS
    return message["Subject"], text_of(message)


def place(run: AClass, person_id: UUID, *, in_class: bool = True) -> dict[str, Any]:
    return {
        "enrolment_id": person_id,
        "person_id": person_id,
        "course_id": run.course_id,
        "class_id": run.id if in_class else None,
        "organisation_id": None,
    }


async def test_a_confirmed_place_names_the_first_meeting_in_local_time(
    opened: Platform, settle: Settle
) -> None:
    run = await a_class(opened, meetings=2)
    learner = await a_learner(opened)
    subject, text = await told(opened, settle, EnrolmentConfirmed(**place(run, learner)))
    assert "You are enrolled in" in subject
    assert "3 March 2026, 09:00" in text
    assert "Room 1" in text


async def test_a_place_without_a_class_is_confirmed_too(opened: Platform, settle: Settle) -> None:
    run = await a_class(opened)
    learner = await a_learner(opened)
    _, text = await told(opened, settle, EnrolmentConfirmed(**place(run, learner, in_class=False)))
    assert "Class:" not in text


async def test_whoever_moves_up_from_the_waitlist_is_told(opened: Platform, settle: Settle) -> None:
    run = await a_class(opened)
    learner = await a_learner(opened)
    subject, text = await told(opened, settle, WaitlistPromoted(**place(run, learner)))
    assert "You have a seat in" in subject
    assert "First meeting" not in text


async def test_a_cancelled_class_and_a_closed_one_are_told_of(
    opened: Platform, settle: Settle
) -> None:
    run = await a_class(opened)
    learner = await a_learner(opened)
    for reason, words in (("class_cancelled", "is cancelled"), ("class_closed", "is closed")):
        happened = EnrolmentWithdrawn(**place(run, learner), reason=reason)
        subject, _ = await told(opened, settle, happened)
        assert words in subject


async def test_nobody_is_told_of_their_own_withdrawal(opened: Platform, settle: Settle) -> None:
    run = await a_class(opened)
    learner = await a_learner(opened)
    async with opened.works.write(Actor.system("test")) as work:
        for reason in ("own", "admin", "sponsor", "sponsor_left"):
            await work.emit(EnrolmentWithdrawn(**place(run, learner), reason=reason))
    await settle()
    assert await post(opened) == []


async def test_a_released_result_is_announced_and_not_told(
    opened: Platform, settle: Settle
) -> None:
    run = await a_class(opened)
    enrolment_id = await enrolled(opened, run, await a_learner(opened))
    subject, text = await told(opened, settle, ResultsReleased(enrolment_id=enrolment_id))
    assert "is out" in subject
    assert "pass" not in text.lower()


async def test_a_changed_result_is_announced_and_not_told(opened: Platform, settle: Settle) -> None:
    run = await a_class(opened)
    enrolment_id = await enrolled(opened, run, await a_learner(opened))
    subject, text = await told(opened, settle, ResultsChanged(enrolment_id=enrolment_id))
    assert "has changed" in subject
    assert "pass" not in text.lower()
