"""A company's own centres at the API: standing, who is missing, what expires, decisions, roster."""

from datetime import date
from uuid import UUID

from litestar import Router, get, post

from certs.centres.decisions.queries import decisions, require_decision
from certs.centres.decisions.schemas import DecisionOut, DecisionWithEvidenceOut
from certs.centres.permissions import ATTEST_ROSTER, READ_STANDING
from certs.centres.policy.queries import policy_timeline
from certs.centres.standing import attesting, queries
from certs.centres.standing.days import day_of
from certs.centres.standing.report import report_on
from certs.centres.standing.schemas import (
    AttestationOut,
    DayOut,
    ExpiringOut,
    MissingOut,
    StandingOut,
)
from lms.kernel.actor import Actor
from lms.kernel.clock import local_day
from lms.kernel.idempotency import IdempotencyKey
from lms.kernel.paging import Page, PageRequest, page_of
from lms.kernel.problems import Fault, Invalid
from lms.kernel.work import Works


@get("/standing", operation_id="getCentreStanding", needs=READ_STANDING)
async def get_standing(
    organisation_id: UUID, centre_id: UUID, works: Works, actor: Actor
) -> StandingOut:
    """Where the centre stands against the rule, and how many more it needs."""
    async with works.read(actor) as work:
        return StandingOut.of(await report_on(work, organisation_id, centre_id))


@get("/days/{day:date}", operation_id="getCentreDay", needs=READ_STANDING)
async def get_day(
    organisation_id: UUID, centre_id: UUID, day: date, works: Works, actor: Actor
) -> DayOut:
    """What the centre was on a past day: the tally that stood, and its certificate's status.

    Raises:
        Invalid: the day is still to come where the centre is.
    """
    async with works.read(actor) as work:
        centre = await queries.require_centre(work.session, organisation_id, centre_id)
        if day > local_day(work.now(), centre.zone):
            raise Invalid([Fault("/day", "day_to_come", "nothing is known of a day to come")])
        return DayOut.of(day, await day_of(work.session, organisation_id, centre_id, day))


@get("/missing", operation_id="listCentreMissing", needs=READ_STANDING)
async def list_missing(
    organisation_id: UUID, centre_id: UUID, works: Works, actor: Actor, page: PageRequest
) -> Page[MissingOut]:
    """Who counts and is not qualified, by staff number."""
    async with works.read(actor) as work:
        centre = await queries.require_centre(work.session, organisation_id, centre_id)
        day = local_day(work.now(), centre.zone)
        policy = (await policy_timeline(work.session)).on(day)
        rows = await queries.missing(
            work.session, organisation_id, centre_id, day=day, policy=policy, page=page
        )
    return page_of(rows, page, out=MissingOut.of, key=lambda row: [str(row.id), row.staff_number])


@get("/expiring", operation_id="listCentreExpiring", needs=READ_STANDING)
async def list_expiring(
    organisation_id: UUID, centre_id: UUID, works: Works, actor: Actor, page: PageRequest
) -> Page[ExpiringOut]:
    """Whose qualification ends next."""
    async with works.read(actor) as work:
        centre = await queries.require_centre(work.session, organisation_id, centre_id)
        day = local_day(work.now(), centre.zone)
        policy = (await policy_timeline(work.session)).on(day)
        rows = await queries.expiring(
            work.session, organisation_id, centre_id, day=day, policy=policy, page=page
        )
    return page_of(
        rows, page, out=ExpiringOut.of, key=lambda row: [str(row.id), row.until.isoformat()]
    )


@get("/decisions", operation_id="listCentreDecisions", needs=READ_STANDING)
async def list_decisions(
    organisation_id: UUID, centre_id: UUID, works: Works, actor: Actor, page: PageRequest
) -> Page[DecisionOut]:
    """What was decided about the centre's certificate, newest first."""
    async with works.read(actor) as work:
        await queries.require_centre(work.session, organisation_id, centre_id)
        rows = await decisions(
            work.session, page, organisation_id=organisation_id, centre_id=centre_id
        )
    return page_of(rows, page, out=DecisionOut.of, key=lambda row: [str(row.id)])


@get("/decisions/{decision_id:uuid}", operation_id="getCentreDecision", needs=READ_STANDING)
async def get_decision(
    organisation_id: UUID, centre_id: UUID, decision_id: UUID, works: Works, actor: Actor
) -> DecisionWithEvidenceOut:
    """One decision with its frozen evidence."""
    async with works.read(actor) as work:
        row = await require_decision(
            work.session, decision_id, organisation_id=organisation_id, centre_id=centre_id
        )
    return DecisionWithEvidenceOut.of(row)


@post("/attestations", operation_id="attestRoster", needs=ATTEST_ROSTER)
async def attest(
    organisation_id: UUID, centre_id: UUID, works: Works, actor: Actor, key: IdempotencyKey
) -> AttestationOut:
    """Give one's word that today's roster is right."""
    async with works.write(actor, key) as work:
        attestation = await attesting.attest(work, organisation_id, centre_id)
        return work.remember(AttestationOut.of(attestation))


@get("/attestations", operation_id="listRosterAttestations", needs=READ_STANDING)
async def list_attestations(
    organisation_id: UUID, centre_id: UUID, works: Works, actor: Actor, page: PageRequest
) -> Page[AttestationOut]:
    """Who gave their word for the roster, and when."""
    async with works.read(actor) as work:
        await queries.require_centre(work.session, organisation_id, centre_id)
        rows = await attesting.attestations(work.session, organisation_id, centre_id, page)
    return page_of(rows, page, out=AttestationOut.of, key=lambda row: [str(row.id)])


router = Router(
    path="/organisations/{organisation_id:uuid}/centres/{centre_id:uuid}",
    route_handlers=[
        get_standing,
        get_day,
        list_missing,
        list_expiring,
        list_decisions,
        get_decision,
        attest,
        list_attestations,
    ],
)
