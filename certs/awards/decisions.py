"""An admin's decision on candidates, one or a batch: all of them, or none and every reason."""

from collections.abc import Sequence
from uuid import UUID

from certs.awards.counting import hold_counts
from certs.awards.models import Award, AwardCandidate, CandidateState, Decider
from certs.awards.passes import Pass, announce, award_of
from certs.awards.permissions import DECIDE_AWARDS
from certs.awards.ports import CentreFractions
from certs.awards.queries import candidates_by_id
from certs.awards.schemas import CandidateDecisionIn, Verdict
from certs.awards.separation import too_near, trained_fault
from certs.schemes.models import Scheme
from certs.schemes.queries import course_scheme
from lms.audit.service import record
from lms.issuer.queries import issuer_day
from lms.kernel.problems import Fault, Invalid
from lms.kernel.work import Work


async def decide_candidates(
    work: Work, fractions: CentreFractions, wanted: CandidateDecisionIn
) -> list[Award]:
    """Decide on candidates; answers the awards that were made.

    Raises:
        Invalid: with a pointer to every candidate that cannot be decided like this.
    """
    work.actor.require(DECIDE_AWARDS)
    asked = await candidates_by_id(work.session, wanted.candidate_ids)
    centre_ids = await hold_counts(work, fractions, (row.person_id for row in asked.values()))
    found = await candidates_by_id(work.session, wanted.candidate_ids)
    schemes = {
        course_id: await course_scheme(work.session, course_id)
        for course_id in {row.course_id for row in found.values()}
    }
    faults = await _faults(work, wanted, found, schemes)
    if faults:
        raise Invalid(faults)
    rows = [found[candidate_id] for candidate_id in dict.fromkeys(wanted.candidate_ids)]
    await _close(work, rows, wanted)
    if wanted.verdict is Verdict.DECLINE:
        return []
    made = await _award(work, rows, schemes)
    await announce(work, made)
    await fractions.changed(work, centre_ids)
    return made


async def _faults(
    work: Work,
    wanted: CandidateDecisionIn,
    found: dict[UUID, AwardCandidate],
    schemes: dict[UUID, Scheme | None],
) -> list[Fault]:
    trained = {
        (course_id, person_id)
        for course_id in schemes
        for person_id in await too_near(
            work,
            work.actor.person,
            course_id,
            [row.person_id for row in found.values() if row.course_id == course_id],
        )
    }
    faults = []
    for position, candidate_id in enumerate(wanted.candidate_ids):
        pointer = f"/candidate_ids/{position}"
        row = found.get(candidate_id)
        if row is None:
            faults.append(Fault(pointer, "unknown", "there is no such candidate"))
            continue
        if row.state is not CandidateState.WAITING:
            faults.append(Fault(pointer, "decided", f"it is {row.state.value} already"))
        if (row.course_id, row.person_id) in trained:
            faults.append(trained_fault(pointer))
        if wanted.verdict is Verdict.AWARD and schemes[row.course_id] is None:
            faults.append(Fault(pointer, "scheme_missing", "the course's scheme is not approved"))
    return faults


async def _close(work: Work, rows: Sequence[AwardCandidate], wanted: CandidateDecisionIn) -> None:
    awarded = wanted.verdict is Verdict.AWARD
    for row in rows:
        row.state = CandidateState.AWARDED if awarded else CandidateState.DECLINED
        row.decided_by = work.actor.person
        row.decided_at = work.now()
        row.reason = wanted.reason
        row.revision += 1
        await record(
            work,
            action=f"award_candidate.{row.state.value}",
            subject=("award_candidate", row.id),
            after={"person_id": row.person_id, "course_code": row.course_code},
            reason=wanted.reason,
        )


async def _award(
    work: Work, rows: Sequence[AwardCandidate], schemes: dict[UUID, Scheme | None]
) -> list[Award]:
    """Awards from the day of the decision on, each under its course's scheme of today."""
    today = await issuer_day(work)
    made = []
    for row in rows:
        scheme = schemes[row.course_id]
        if scheme is not None:
            one = Pass(
                person_id=row.person_id,
                enrolment_id=row.enrolment_id,
                course_id=row.course_id,
                course_code=row.course_code,
                version_id=row.version_id,
                result_id=row.result_id,
                passed_on=row.passed_on,
                validity_months=row.validity_months,
                automatic=False,
            )
            made.append(award_of(work, one, scheme, from_day=today, decider=Decider.PERSON))
    return made
