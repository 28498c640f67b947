"""Awards without a pass here (paper exam, prior result, renewal): a ground and two people."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from certs.awards.counting import hold_counts
from certs.awards.models import Award, AwardState, Decider
from certs.awards.passes import announce
from certs.awards.period import end_of
from certs.awards.permissions import DECIDE_AWARDS
from certs.awards.ports import CentreFractions
from certs.awards.schemas import WithoutResultIn
from certs.awards.separation import too_near, trained_fault
from certs.schemes.models import Scheme
from certs.schemes.queries import course_scheme
from courses.facts import VersionFacts, version_facts
from lms.approvals.models import Proposal
from lms.approvals.service import propose
from lms.issuer.models import ISSUER_ID
from lms.issuer.queries import issuer_day
from lms.kernel.problems import Fault, Invalid
from lms.kernel.work import Work
from lms.people.persons.queries import known_people

KIND = "award.without_result"
AHEAD_MOST = timedelta(days=366)
"""A renewal may be decided before the old period ends, but not years before."""


async def propose_without_result(work: Work, wanted: WithoutResultIn) -> Proposal:
    """Ask a second person for awards that no result here stands behind.

    Raises:
        Invalid: with everything that keeps them from being made.
    """
    work.actor.require(DECIDE_AWARDS)
    await _check(work, wanted, work.actor.person)
    return await propose(
        work,
        kind=KIND,
        subject_id=work.new_id(),
        payload=wanted.model_dump(mode="json"),
        reason=wanted.ground,
    )


async def apply_without_result(
    fractions: CentreFractions, work: Work, payload: dict[str, Any], proposal: Proposal
) -> None:
    """Make the awards, as the second person approves.

    Raises:
        Invalid: what was true at the proposal no longer is, or the approver trained somebody.
    """
    wanted = WithoutResultIn.model_validate(payload, strict=False)
    centre_ids = await hold_counts(work, fractions, wanted.person_ids)
    facts, scheme = await _check(work, wanted, work.actor.person)
    made = [
        _award(work, person_id, wanted, facts, scheme, proposal)
        for person_id in dict.fromkeys(wanted.person_ids)
    ]
    await announce(work, made)
    await fractions.changed(work, centre_ids)


def _award(
    work: Work,
    person_id: UUID,
    wanted: WithoutResultIn,
    facts: VersionFacts,
    scheme: Scheme,
    proposal: Proposal,
) -> Award:
    return Award(
        id=work.new_id(),
        issuer_id=ISSUER_ID,
        person_id=person_id,
        course_id=facts.course_id,
        course_code=facts.course_code,
        version_id=wanted.version_id,
        scheme_id=scheme.id,
        scheme_version=scheme.version,
        from_day=wanted.from_day,
        last_day=end_of(wanted.from_day, facts.validity_months),
        state=AwardState.IN_FORCE,
        decider=Decider.TWO_PEOPLE,
        decided_by=proposal.proposed_by,
        approved_by=work.actor.person,
        ground=wanted.ground,
        made_at=work.now(),
    )


async def _check(
    work: Work, wanted: WithoutResultIn, decider_id: UUID
) -> tuple[VersionFacts, Scheme]:
    facts = await version_facts(work.session, wanted.version_id)
    if facts is None or facts.course_code != wanted.course_code:
        fault = Fault("/version_id", "unknown", "the course has no such version")
        raise Invalid([fault, *await _people_faults(work, wanted.person_ids, set())])
    scheme = await course_scheme(work.session, facts.course_id)
    trained = await too_near(work, decider_id, facts.course_id, wanted.person_ids)
    faults = [
        *_course_faults(facts, scheme),
        *_day_faults(wanted.from_day, await issuer_day(work)),
        *await _people_faults(work, wanted.person_ids, trained),
    ]
    if faults or scheme is None:
        raise Invalid(faults)
    return facts, scheme


def _course_faults(facts: VersionFacts, scheme: Scheme | None) -> list[Fault]:
    faults = []
    if scheme is None:
        faults.append(
            Fault("/course_code", "scheme_missing", "the course's scheme is not approved")
        )
    if not facts.validity_set:
        faults.append(Fault("/version_id", "validity_unset", "its validity has not been set"))
    return faults


def _day_faults(from_day: date, today: date) -> list[Fault]:
    if from_day <= today + AHEAD_MOST:
        return []
    return [Fault("/from_day", "too_far_ahead", "at most a year ahead")]


async def _people_faults(work: Work, person_ids: Sequence[UUID], trained: set[UUID]) -> list[Fault]:
    known = await known_people(work.session, person_ids)
    faults = []
    for position, person_id in enumerate(person_ids):
        pointer = f"/person_ids/{position}"
        if person_id not in known:
            faults.append(Fault(pointer, "unknown", "there is no such person"))
        if person_id in trained:
            faults.append(trained_fault(pointer))
    return faults
