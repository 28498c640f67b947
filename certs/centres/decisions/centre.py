"""How a centre stands before an evaluation, read under its lock, and how decisions move it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from certs.centres.decisions.rules import CentreState, Conditions, HeldCertificate
from certs.centres.decisions.validity import renewal_day
from certs.centres.policy.queries import VERSIONS, timeline_of
from certs.centres.policy.service import store_first
from certs.centres.policy.timeline import PolicyTimeline
from lms.kernel.work import Work

CENTRES = f"""
    SELECT c.id, c.organisation_id, c.zone, c.state, s.seq, s.health, s.breaks_on,
        s.next_evaluation_at, s.policies_seen, s.counted, w.id AS award_id, w.from_day, w.last_day,
        w.state = 'suspended' AS suspended, w.settled_at IS NOT NULL AS settled,
        w.renews_id IS NOT NULL AS renewed,
        ARRAY(
            SELECT coalesce(b.until_day, 'infinity') FROM centre_bar AS b
            WHERE b.centre_id = c.id AND b.lifted_at IS NULL
        ) AS bars,
        {VERSIONS} AS policies
    FROM centre AS c
    LEFT JOIN centre_standing AS s ON s.centre_id = c.id
    LEFT JOIN LATERAL (
        SELECT * FROM centre_award AS a
        WHERE a.centre_id = c.id AND a.state IN ('in_force', 'suspended')
        ORDER BY a.from_day DESC LIMIT 1
    ) AS w ON true
    WHERE c.id {{those}} ORDER BY c.id
"""  # noqa: S608 - constants

ONE, MANY = (text(CENTRES.format(those=those)) for those in ("= :centre", "= ANY (:centres)"))
"""One by itself: a plan for an array is never kept, and making it costs more than the reading."""


@dataclass(slots=True)
class HeldCentreAward:
    """The centre's latest certificate that was neither revoked, void nor lapsed."""

    id: UUID
    from_day: date
    last_day: date
    suspended: bool
    settled: bool
    renewed: bool = False

    def as_certificate(self) -> HeldCertificate:
        return HeldCertificate(self.last_day, suspended=self.suspended, settled=self.settled)

    def valid_on(self, day: date) -> bool:
        return self.from_day <= day <= self.last_day and not self.settled


@dataclass(slots=True)
class Centre:
    """One centre between evaluations, with the policies to decide by; each moves it on."""

    id: UUID
    organisation_id: UUID
    zone: str
    state: CentreState
    bars: tuple[date, ...]
    seq: int
    health: str | None
    breaks_on: date | None
    policies_seen: int
    counted: int | None
    next_at: datetime | None
    held: HeldCentreAward | None
    policies: PolicyTimeline

    def conditions(self, day: date) -> Conditions:
        held = None if self.held is None else self.held.as_certificate()
        return Conditions(day, self.state, barred=self.barred(day), held=held)

    def barred(self, day: date) -> bool:
        return any(until >= day for until in self.bars)

    def turns_after(self, day: date) -> Iterable[date]:
        """The days on which the centre's own dates change what may be decided."""
        if self.held is not None and not self.held.settled:
            yield renewal_day(self.held.last_day)
        for until in self.bars:
            if until != date.max and until >= day:
                yield until + timedelta(days=1)


async def centres_to_decide_on(work: Work, centre_ids: Iterable[UUID]) -> list[Centre]:
    """Read centres after their lock was taken; their policies are stored, to be referred to."""
    centres = await read_centres(work.session, centre_ids)
    if centres and not centres[0].policies.stored:
        await store_first(work)
    return centres


async def read_centres(session: AsyncSession, centre_ids: Iterable[UUID]) -> list[Centre]:
    """Read centres, in ascending id; ids that do not exist are left."""
    ids = list(centre_ids)
    one = len(ids) == 1
    rows = await session.execute(
        ONE if one else MANY, {"centre": ids[0]} if one else {"centres": ids}
    )
    return [_centre(row) for row in rows.all()]


def _centre(row: Row[tuple[object, ...]]) -> Centre:
    held = row.award_id and HeldCentreAward(
        row.award_id,
        row.from_day,
        row.last_day,
        suspended=row.suspended,
        settled=row.settled,
        renewed=row.renewed,
    )
    return Centre(
        id=row.id,
        organisation_id=row.organisation_id,
        zone=row.zone,
        state=CentreState(row.state),
        bars=tuple(row.bars),
        seq=row.seq or 0,
        health=row.health,
        breaks_on=row.breaks_on,
        policies_seen=row.policies_seen or 0,
        counted=row.counted,
        next_at=row.next_evaluation_at,
        held=held,
        policies=timeline_of(row.policies),
    )
