"""A manager's word for a centre's roster, asked at registration and at each renewal."""

import hashlib
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from certs.centres.counting.queries import members_on
from certs.centres.counting.rules import lines_of
from certs.centres.permissions import ATTEST_ROSTER
from certs.centres.policy.queries import policy_timeline
from certs.centres.standing.models import RosterAttestation
from certs.centres.standing.queries import require_centre
from lms.audit.service import record
from lms.kernel.clock import local_day
from lms.kernel.paging import PageRequest
from lms.kernel.work import Work


async def attest(work: Work, organisation_id: UUID, centre_id: UUID) -> RosterAttestation:
    """Keep the manager's word for today's roster, with the hash of who is on it.

    Raises:
        NotFound: the company has no such centre.
    """
    work.actor.require(ATTEST_ROSTER, organisation_id)
    row = await require_centre(work.session, organisation_id, centre_id)
    day = local_day(work.now(), row.zone)
    members = await members_on(work.session, centre_id, day)
    policy = (await policy_timeline(work.session)).on(day)
    roster = "\n".join(str(member.staff_record_id) for member in members)
    attestation = RosterAttestation(
        id=work.new_id(),
        organisation_id=organisation_id,
        centre_id=centre_id,
        day=day,
        counted=sum(line.counted for line in lines_of(policy, day, members)),
        roster_hash=hashlib.sha256(roster.encode()).digest(),
        attested_by=work.actor.person,
        at=work.now(),
    )
    work.session.add(attestation)
    await work.session.flush()
    await record(
        work,
        action="centre.roster_attested",
        subject=("centre", centre_id),
        after={"day": day, "counted": attestation.counted},
    )
    return attestation


async def attestations(
    session: AsyncSession, organisation_id: UUID, centre_id: UUID, page: PageRequest
) -> Sequence[RosterAttestation]:
    """What was attested, newest first; one more than the page holds."""
    query = (
        select(RosterAttestation)
        .where(
            col(RosterAttestation.organisation_id) == organisation_id,
            col(RosterAttestation.centre_id) == centre_id,
        )
        .order_by(col(RosterAttestation.id).desc())
        .limit(page.limit + 1)
    )
    if page.after:
        query = query.where(col(RosterAttestation.id) < page.after_id())
    return (await session.scalars(query)).all()
