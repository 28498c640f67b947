"""Where a centre stands today, told to its company: N, Q, what is missing, health, forecast."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from certs.centres.counting.queries import count_on
from certs.centres.decisions.centre import HeldCentreAward, read_centres
from certs.centres.decisions.rules import forecast
from certs.centres.policy.fraction import Outcome, Tally
from certs.centres.policy.rules import Policy
from certs.centres.standing.queries import (
    attested_since,
    breaking,
    require_centre,
    standing,
)
from lms.kernel.clock import local_day
from lms.kernel.paging import LIMIT_MOST
from lms.kernel.work import Work
from lms.orgs.centres.models import CentreState


@dataclass(frozen=True, slots=True)
class Report:
    """`evaluated_at`, health and `breaks_on` are of the latest evaluation; the rest is of now."""

    organisation_id: UUID
    centre_id: UUID
    day: date
    zone: str
    state: str
    policy: Policy
    tally: Tally
    outcome: Outcome
    held: HeldCentreAward | None
    barred: bool
    would_renew: bool | None
    health: str | None
    nobody_to_spare: bool
    breaks_on: date | None
    breaking: Sequence[Row[Any]]
    attestation_due: bool
    evaluated_at: datetime | None

    @property
    def certified(self) -> bool:
        """Whether a certificate is valid and not suspended today."""
        held = self.held
        return held is not None and held.valid_on(self.day) and not held.suspended


async def report_on(work: Work, organisation_id: UUID, centre_id: UUID) -> Report:
    """Recount the centre now, in the reader's own snapshot.

    Raises:
        NotFound: the company has no such centre.
    """
    row = await require_centre(work.session, organisation_id, centre_id)
    day = local_day(work.now(), row.zone)
    [centre] = await read_centres(work.session, [centre_id])
    policy = centre.policies.on(day)
    tally = (await count_on(work.session, centre_id, day, policy)).tally
    latest = await standing(work.session, organisation_id, centre_id)
    conditions, outcome = centre.conditions(day), policy.outcome(tally)
    return Report(
        organisation_id=organisation_id,
        centre_id=centre_id,
        day=day,
        zone=row.zone,
        state=row.state,
        policy=policy,
        tally=tally,
        outcome=outcome,
        held=centre.held,
        barred=conditions.barred,
        would_renew=forecast(outcome, conditions, look_ahead_days=policy.look_ahead_days),
        health=None if latest is None else latest.health,
        nobody_to_spare=latest is not None and latest.nobody_to_spare,
        breaks_on=None if latest is None else latest.breaks_on,
        breaking=await _breaking(work, organisation_id, centre_id, day, policy, latest),
        attestation_due=await _attestation_due(work, row, centre.held, day),
        evaluated_at=None if latest is None else latest.at,
    )


async def _breaking(
    work: Work,
    organisation_id: UUID,
    centre_id: UUID,
    day: date,
    policy: Policy,
    latest: Row[Any] | None,
) -> Sequence[Row[Any]]:
    """Who stops being qualified by the day that would break the rule; the first hundred."""
    if latest is None or latest.breaks_on is None:
        return []
    return await breaking(
        work.session,
        organisation_id,
        centre_id,
        day=day,
        breaks_on=latest.breaks_on,
        policy=policy,
        most=LIMIT_MOST,
    )


async def _attestation_due(
    work: Work, row: Row[Any], held: HeldCentreAward | None, day: date
) -> bool:
    """The roster is attested at registration, and at each renewal, while the centre is open."""
    if CentreState(row.state) is not CentreState.REGISTERED:
        return False
    since: date = row.registered_on
    if held is not None and held.renewed and held.valid_on(day):
        since = held.from_day
    return not await attested_since(work.session, row.organisation_id, row.id, since)
