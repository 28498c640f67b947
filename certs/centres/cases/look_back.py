"""Looking back: would today's knowledge have changed a decision? Then a case opens for a person.

What counts as knowledge: awards found void from their issue, and corrections of rosters, links and
job roles, also of the decision's own day. A later revocation or suspension does not: it only
affects health.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Row, text, update
from sqlmodel import col

from certs.centres.cases.models import CaseKind
from certs.centres.cases.service import open_case
from certs.centres.counting.queries import members_on
from certs.centres.counting.rules import Evaluation
from certs.centres.decisions import evidence as frozen
from certs.centres.evaluations.models import CentreStanding
from certs.centres.evaluations.one_by_one import one_by_one
from certs.centres.policy.fraction import Outcome
from certs.events import AwardEnded, CertificateStatusChanged
from lms.kernel.actor import Actor
from lms.kernel.events import Handler, Tick
from lms.kernel.locks import Locked, lock
from lms.kernel.work import Work, Works

VOID = "void"
BATCH = 200
LOOKS_BACK = Actor.system("looks back at decisions")

CHANGED_SINCE = text(
    """
    SELECT centre_id FROM centre_standing
    WHERE (looked_back_at IS NULL OR at > looked_back_at) AND NOT centre_id = ANY (:failed)
    ORDER BY at LIMIT :most
    """
)
TOUCHED = text(
    """
    SELECT d.id, d.organisation_id, d.day, d.at, d.known, d.evidence
    FROM (
        SELECT *, greatest(at, (day + 1)::timestamp AT TIME ZONE zone) AS known
        FROM centre_decision
        WHERE centre_id = :centre_id AND kind IN ('issue', 'renew', 'refuse_renewal')
    ) AS d
    JOIN centre AS c ON c.id = d.centre_id AND c.closed_on IS DISTINCT FROM d.day
    WHERE EXISTS (SELECT FROM assignment AS a
            WHERE a.centre_id = d.centre_id AND a.is_primary
                AND a.valid_from <= d.day AND (a.valid_to IS NULL OR a.valid_to > d.day)
                AND (a.superseded_at >= d.at OR a.superseded_at IS NULL AND a.known_at >= d.at)
                AND NOT EXISTS (SELECT FROM assignment AS b
                    WHERE b.staff_record_id = a.staff_record_id AND b.centre_id = d.centre_id
                        AND b.is_primary
                        AND b.valid_from <= d.day AND (b.valid_to IS NULL OR b.valid_to > d.day)
                        AND CASE WHEN a.superseded_at IS NULL
                            THEN b.known_at <= d.at AND b.superseded_at > d.at
                            ELSE b.superseded_at IS NULL END))
        OR EXISTS (SELECT FROM assignment AS a
            JOIN staff_link AS l ON l.staff_record_id = a.staff_record_id
            WHERE a.centre_id = d.centre_id AND l.valid_from <= d.day AND (l.made_at >= d.at
                OR l.ended_at >= d.at AND l.valid_to <= d.day))
        OR EXISTS (SELECT FROM assignment AS a
            JOIN past_job_role AS p ON p.staff_record_id = a.staff_record_id
            WHERE a.centre_id = d.centre_id AND p.held_until >= d.at AND p.held_until < d.known)
        OR EXISTS (SELECT FROM assignment AS a
            JOIN staff_link AS l ON l.staff_record_id = a.staff_record_id
            JOIN award AS w ON w.person_id = l.person_id
            WHERE a.centre_id = d.centre_id AND w.state = 'void' AND w.from_day <= d.day)
    ORDER BY d.seq
    """
)
JOINED_LATER = text(
    """
    SELECT a.staff_record_id FROM assignment AS a
    WHERE a.centre_id = :centre_id AND a.is_primary AND a.superseded_at IS NULL
        AND a.valid_from = :day
        AND EXISTS (SELECT FROM assignment AS b WHERE b.centre_id = a.centre_id AND b.is_primary
            AND b.staff_record_id = a.staff_record_id AND b.valid_from = :day
            AND b.known_at <= :known)
        AND NOT EXISTS (SELECT FROM assignment AS b WHERE b.centre_id = a.centre_id
            AND b.is_primary AND b.staff_record_id = a.staff_record_id AND b.superseded_at <= :at
            AND b.valid_from <= :day AND (b.valid_to IS NULL OR b.valid_to > :day))
    """
)
"""Whose place begins that day, was told in its course, and had not been taken from them before."""

LINKED_LATER = text(
    """
    SELECT l.staff_record_id FROM assignment AS a
    JOIN staff_link AS l ON l.staff_record_id = a.staff_record_id
    WHERE a.centre_id = :centre_id AND l.valid_from = :day AND l.made_at <= :known
        AND (l.valid_to IS NULL OR l.valid_to > :day)
    """
)
COUNTED_BEFORE = text(
    """
    SELECT p.staff_record_id FROM assignment AS a
    JOIN past_job_role AS p ON p.staff_record_id = a.staff_record_id
    WHERE a.centre_id = :centre_id AND p.held_until <= :at
        AND (p.job_role = ANY (CAST(:roles AS text[]))) IS NOT TRUE
    """
)
"""Who had a role before that is counted under a policy that leaves `roles` out."""

JUDGED = text(
    """
    SELECT EXISTS (SELECT FROM centre_case
        WHERE decision_id = :decision_id AND kind = :kind AND findings = CAST(:findings AS jsonb))
    """
)
VOID_NOW = text("SELECT id FROM award WHERE id = ANY (:award_ids) AND state = 'void'")
CENTRES_EVER = text(
    """
    SELECT DISTINCT a.centre_id FROM staff_link AS l
    JOIN assignment AS a ON a.staff_record_id = l.staff_record_id
    WHERE l.person_id = :person_id ORDER BY a.centre_id
    """
)


async def look_back_where_changed(works: Works) -> None:
    """Look back at every centre that was evaluated since the last look."""
    failed = set[UUID]()
    while changed := await _changed(works, failed):
        failed |= await one_by_one(works, LOOKS_BACK, changed, look_back)


async def _changed(works: Works, failed: set[UUID]) -> list[UUID]:
    async with works.read(LOOKS_BACK) as work:
        parameters = {"failed": list(failed), "most": BATCH}
        return [row.centre_id for row in await work.session.execute(CHANGED_SINCE, parameters)]


async def on_status_changed(work: Work, happened: CertificateStatusChanged) -> None:
    """A void award is taken out of every decision that counted it, wherever its holder was."""
    if happened.happened == VOID and happened.person_id is not None:
        await _look_back_wherever(work, happened.person_id)


async def on_award_ended(work: Work, happened: AwardEnded) -> None:
    """The same for an award that had no document."""
    if happened.happened == VOID:
        await _look_back_wherever(work, happened.person_id)


async def look_back(work: Work, centre_id: UUID) -> list[UUID]:
    """Recompute a centre's decisions on their evidence so corrected; answers the cases opened."""
    await lock(work, Locked.CENTRE, [centre_id])
    opened = []
    rows = await work.session.execute(TOUCHED, {"centre_id": centre_id})
    for row in rows.all():
        case_id = await _recompute(work, centre_id, row)
        if case_id is not None:
            opened.append(case_id)
    await work.session.execute(
        update(CentreStanding)
        .where(col(CentreStanding.centre_id) == centre_id)
        .values(looked_back_at=work.now())
    )
    return opened


async def _look_back_wherever(work: Work, person_id: UUID) -> None:
    rows = await work.session.execute(CENTRES_EVER, {"person_id": person_id})
    for row in rows.all():
        await look_back(work, row.centre_id)


async def _recompute(work: Work, centre_id: UUID, row: Row[Any]) -> UUID | None:
    evidence = frozen.decode(row.evidence)
    award_ids = [award.award_id for line in evidence.people for award in line.awards]
    found = await work.session.execute(VOID_NOW, {"award_ids": award_ids})
    void = {one.id for one in found}
    moment = {
        "centre_id": centre_id,
        "day": row.day,
        "at": row.at,
        "known": row.known,
        "roles": sorted(frozen.policy_of(evidence).job_roles_not_counted),
    }
    corrected = frozen.corrected(
        evidence,
        await members_on(work.session, centre_id, row.day, made_by=row.at),
        joined_later=set(await work.session.scalars(JOINED_LATER, moment)),
        linked_later=set(await work.session.scalars(LINKED_LATER, moment)),
        counted_before=set(await work.session.scalars(COUNTED_BEFORE, moment)),
        void=void,
    )
    if (corrected.outcome is Outcome.MET) == (evidence.outcome == Outcome.MET.value):
        return None
    kind = CaseKind.AWARD_VOID if void else CaseKind.CORRECTION
    findings = _findings(evidence, corrected, void)
    if await _judged(work, row.id, kind, findings):
        return None
    return await open_case(
        work,
        centre_id=centre_id,
        organisation_id=row.organisation_id,
        kind=kind,
        decision_id=row.id,
        findings=findings,
    )


async def _judged(work: Work, decision_id: UUID, kind: CaseKind, findings: dict[str, Any]) -> bool:
    """Whether a person has, or had, a case with these very findings."""
    parameters = {
        "decision_id": decision_id,
        "kind": kind.value,
        "findings": msgspec.json.encode(findings).decode(),
    }
    return bool(await work.session.scalar(JUDGED, parameters))


def _findings(evidence: frozen.Evidence, corrected: Evaluation, void: set[UUID]) -> dict[str, Any]:
    return {
        "day": evidence.day.isoformat(),
        "decided": [evidence.qualified, evidence.counted, evidence.outcome],
        "corrected": [
            corrected.tally.qualified,
            corrected.tally.counted,
            corrected.outcome.value,
        ],
        "void_awards": sorted(map(str, void)),
    }


ON_STATUS_CHANGED = Handler(
    "centres.on_status_changed", CertificateStatusChanged, on_status_changed
)
ON_AWARD_ENDED = Handler("centres.on_award_ended", AwardEnded, on_award_ended)
LOOK_BACK = Tick("centres.look-back", timedelta(minutes=1), look_back_where_changed)
