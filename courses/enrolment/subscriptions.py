"""What enrolment does when something happened elsewhere, and what it looks at now and then."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from courses.enrolment.bulk.queries import classes_with_expired_previews
from courses.enrolment.bulk.service import expire_class
from courses.enrolment.class_changes import close_classes_of
from courses.enrolment.ports import AttemptsMade
from courses.enrolment.seat_returns.service import return_unused
from courses.events import VersionClosed
from lms.kernel.actor import Actor
from lms.kernel.events import Handler, Tick
from lms.kernel.work import Work, Works
from lms.orgs.staff.events import StaffLeft


async def on_staff_left(attempts: AttemptsMade, work: Work, left: StaffLeft) -> None:
    """Return the company's seats that the leaver has not used."""
    await return_unused(work, attempts, left.organisation_id, left.person_id)


async def on_version_closed(work: Work, closed: VersionClosed) -> None:
    """Close its classes, and tell whoever waits for a seat that none will come."""
    await close_classes_of(work, closed.version_id)


async def expire_previews(works: Works) -> None:
    """End previews whose time is over, each class in its own transaction."""
    actor = Actor.system("previews expire")
    async with works.read(actor) as work:
        due = await classes_with_expired_previews(work.session, work.now())
    for class_id in due:
        async with works.write(actor) as work:
            await expire_class(work, class_id)


def handlers(attempts: AttemptsMade) -> Sequence[Handler]:
    """The handlers, with what they need from the floor above."""
    return [
        Handler("enrolment.on_staff_left", StaffLeft, partial(on_staff_left, attempts)),
        Handler("enrolment.on_version_closed", VersionClosed, on_version_closed),
    ]


TICKS = (Tick("enrolment.expire-previews", timedelta(seconds=30), expire_previews),)
