"""What a released pass leads to: an award by an approved rule, or a candidate for a decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from certs.awards.counting import hold_counts
from certs.awards.models import (
    Award,
    AwardCandidate,
    AwardState,
    CandidateState,
    Decider,
)
from certs.awards.period import end_of
from certs.awards.ports import CentreFractions
from certs.awards.queries import (
    award_of_result,
    candidate_of_result,
    live_award_of_enrolment,
    waiting_candidates_of_enrolment,
)
from certs.events import AwardMade
from certs.schemes.models import Scheme
from certs.schemes.queries import course_scheme
from lms.audit.service import record
from lms.issuer.models import ISSUER_ID
from lms.kernel.locks import Locked, lock
from lms.kernel.work import Work


@dataclass(frozen=True, slots=True)
class Pass:
    """A released pass; `validity_months` is None where the course says that there is no end."""

    person_id: UUID
    enrolment_id: UUID
    course_id: UUID
    course_code: str
    version_id: UUID
    result_id: UUID
    passed_on: date
    validity_months: int | None
    automatic: bool


async def receive_passes(
    work: Work, fractions: CentreFractions, passes: Sequence[Pass]
) -> list[Award]:
    """Make the awards of passes, all or none; each centre that they touch is counted once.

    A pass that was received before changes nothing, and so revives nothing.
    """
    centre_ids = await hold_counts(work, fractions, (one.person_id for one in passes))
    different = {one.result_id: one for one in passes}.values()
    made = [award for one in different if (award := await _receive(work, one)) is not None]
    await announce(work, made)
    if made:
        await fractions.changed(work, centre_ids)
    return made


async def announce(work: Work, made: Sequence[Award]) -> None:
    """Write, audit and tell awards that were just made."""
    work.session.add_all(made)
    await work.session.flush()
    for award in made:
        await record(
            work,
            action="award.made",
            subject=("award", award.id),
            after={
                "person_id": award.person_id,
                "course_code": award.course_code,
                "scheme_version": award.scheme_version,
                "from_day": award.from_day,
                "last_day": award.last_day,
                "decider": award.decider.value,
                "decided_by": award.decided_by,
            },
            reason=award.ground,
        )
        await work.emit(
            AwardMade(award_id=award.id, person_id=award.person_id, course_code=award.course_code)
        )


async def withdraw_result(work: Work, person_id: UUID, enrolment_id: UUID, reason: str) -> None:
    """An enrolment's pass was taken back: a waiting candidate goes, an award is marked.

    The award itself stands until two people revoke it or declare it void. Its own result need not
    be the one that was taken back: a regrade that left the pass a pass has replaced it.
    """
    await lock(work, Locked.PERSON, [person_id])
    for candidate in await waiting_candidates_of_enrolment(work.session, enrolment_id):
        candidate.state = CandidateState.WITHDRAWN
        candidate.decided_at = work.now()
        candidate.reason = reason
        candidate.revision += 1
    award = await live_award_of_enrolment(work.session, enrolment_id)
    if award is not None and award.result_withdrawn_at is None:
        award.result_withdrawn_at = work.now()
        award.revision += 1
        await record(
            work, action="award.result_withdrawn", subject=("award", award.id), reason=reason
        )


def award_of(work: Work, one: Pass, scheme: Scheme, *, from_day: date, decider: Decider) -> Award:
    """The award of a pass under a scheme. By rule, its decider is who approved the rule."""
    return Award(
        id=work.new_id(),
        issuer_id=ISSUER_ID,
        person_id=one.person_id,
        course_id=one.course_id,
        course_code=one.course_code,
        version_id=one.version_id,
        enrolment_id=one.enrolment_id,
        scheme_id=scheme.id,
        scheme_version=scheme.version,
        result_id=one.result_id,
        from_day=from_day,
        last_day=end_of(from_day, one.validity_months),
        state=AwardState.IN_FORCE,
        decider=decider,
        decided_by=scheme.approved_by if decider is Decider.RULE else work.actor.person,
        made_at=work.now(),
    )


async def _receive(work: Work, one: Pass) -> Award | None:
    """The award of a new pass, not yet written; None where it is known, or has to be decided."""
    if await award_of_result(work.session, one.result_id) is not None:
        return None
    if await candidate_of_result(work.session, one.result_id) is not None:
        return None
    if await _restored(work, one):
        return None
    scheme = await course_scheme(work.session, one.course_id)
    if one.automatic and scheme is not None and scheme.automatic:
        return award_of(work, one, scheme, from_day=one.passed_on, decider=Decider.RULE)
    work.session.add(
        AwardCandidate(
            id=work.new_id(),
            person_id=one.person_id,
            course_id=one.course_id,
            course_code=one.course_code,
            version_id=one.version_id,
            enrolment_id=one.enrolment_id,
            result_id=one.result_id,
            passed_on=one.passed_on,
            validity_months=one.validity_months,
            state=CandidateState.WAITING,
            waiting_since=work.now(),
        )
    )
    await work.session.flush()
    return None


async def _restored(work: Work, one: Pass) -> bool:
    """Whether the pass that an award rests on came back before anybody took the award away."""
    award = await live_award_of_enrolment(work.session, one.enrolment_id)
    if award is None or award.result_withdrawn_at is None:
        return False
    award.result_withdrawn_at = None
    award.revision += 1
    await record(work, action="award.result_restored", subject=("award", award.id))
    return True
