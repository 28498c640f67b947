"""Standing rights and grants at the API; for issuer staff."""

from datetime import timedelta
from uuid import UUID

from litestar import Router, get, post

from courses.attempts import queries
from courses.attempts.extra_time import service
from courses.attempts.extra_time.schemas import (
    AccommodationIn,
    AccommodationOut,
    GrantsOut,
    TimeGrantIn,
    TimeGrantOut,
)
from courses.attempts.permissions import GIVE_TIME, READ_ACCOMMODATIONS
from lms.kernel.actor import Actor
from lms.kernel.idempotency import IdempotencyKey
from lms.kernel.work import Works
from lms.web.dependencies import ExpectedRevision


@post(
    "/people/{person_id:uuid}/accommodations",
    operation_id="giveAccommodation",
    needs=GIVE_TIME,
)
async def give_accommodation(
    person_id: UUID, data: AccommodationIn, works: Works, actor: Actor, key: IdempotencyKey
) -> AccommodationOut:
    """Give a person extra time in every exam, those that are running included."""
    async with works.write(actor, key) as work:
        given = await service.give_accommodation(work, person_id, data.extra_percent, data.reason)
        return work.remember(AccommodationOut.of(given))


@get(
    "/people/{person_id:uuid}/accommodations",
    operation_id="listAccommodations",
    needs=READ_ACCOMMODATIONS,
)
async def list_accommodations(
    person_id: UUID, works: Works, actor: Actor
) -> list[AccommodationOut]:
    """A person's standing rights, ended ones too."""
    async with works.read(actor) as work:
        rows = await queries.accommodations_of(work.session, person_id)
    return [AccommodationOut.of(row) for row in rows]


@post(
    "/accommodations/{accommodation_id:uuid}/end",
    operation_id="endAccommodation",
    needs=GIVE_TIME,
    status_code=200,
)
async def end_accommodation(
    accommodation_id: UUID, works: Works, actor: Actor, expected: ExpectedRevision
) -> AccommodationOut:
    """End a standing right; running attempts keep what they began with."""
    async with works.write(actor) as work:
        held = await service.end_accommodation(work, accommodation_id, expected)
    return AccommodationOut.of(held)


@post("/attempts/{attempt_id:uuid}/grants", operation_id="grantTime", needs=GIVE_TIME)
async def grant_time(
    attempt_id: UUID, data: TimeGrantIn, works: Works, actor: Actor, key: IdempotencyKey
) -> TimeGrantOut:
    """Give a running attempt more time."""
    async with works.write(actor, key) as work:
        span = timedelta(minutes=data.minutes)
        grant = await service.grant_time(work, attempt_id, span, data.reason)
        return work.remember(TimeGrantOut.of(grant))


@post("/sittings/{sitting_id:uuid}/grants", operation_id="grantTimeToSitting", needs=GIVE_TIME)
async def grant_time_to_sitting(
    sitting_id: UUID, data: TimeGrantIn, works: Works, actor: Actor, key: IdempotencyKey
) -> GrantsOut:
    """Give every attempt that is running in a sitting more time."""
    async with works.write(actor, key) as work:
        span = timedelta(minutes=data.minutes)
        grants = await service.grant_time_to_sitting(work, sitting_id, span, data.reason)
        return work.remember(GrantsOut(grants=[TimeGrantOut.of(grant) for grant in grants]))


router = Router(
    path="/",
    tags=["exam time"],
    route_handlers=[
        give_accommodation,
        list_accommodations,
        end_accommodation,
        grant_time,
        grant_time_to_sitting,
    ],
)
