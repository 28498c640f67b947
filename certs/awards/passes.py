"""What a released pass leads to: an award by an approved rule, or a candidate for a decision.

What holds is read from the results themselves, so that a pass and its taking back may be told
late, twice or in the other order.
"""

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
from certs.awards.queries import awards_of_enrolment, candidates_of_enrolment
from certs.events import AwardMade
from certs.schemes.models import Scheme
from certs.schemes.queries import course_scheme
from courses.facts import passed_enrolments
from lms.audit.service import record
from lms.issuer.models import ISSUER_ID
from lms.kernel.locks import Locked, lock
from lms.kernel.work import Work

LIVE = frozenset({AwardState.IN_FORCE, AwardState.SUSPENDED})


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

    A pass that was received before changes nothing, and so revives nothing; one that was taken
    back in the meantime leads to nothing.
    """
    centre_ids = await hold_counts(work, fractions, (one.person_id for one in passes))
    latest = {one.enrolment_id: one for one in passes}
    standing = await passed_enrolments(work.session, latest)
    made = [
        award
        for one in latest.values()
        if one.enrolment_id in standing and (award := await _receive(work, one)) is not None
    ]
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
    if await passed_enrolments(work.session, [enrolment_id]):
        return
    for candidate in await candidates_of_enrolment(work.session, enrolment_id):
        if candidate.state is CandidateState.WAITING:
            candidate.state = CandidateState.WITHDRAWN
            candidate.decided_at = work.now()
            candidate.reason = reason
            candidate.revision += 1
    award = _live(await awards_of_enrolment(work.session, enrolment_id))
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
    """The award of a new pass, not yet written; None where it is known, or has to be decided.

    An enrolment has one award in force or one candidate that waits. Where its award was taken
    back, no rule gives another one: a person decides. So too on whoever approved the rule, who
    would be the decider of their own award.
    """
    awards = await awards_of_enrolment(work.session, one.enrolment_id)
    candidates = await candidates_of_enrolment(work.session, one.enrolment_id)
    if one.result_id in {
        *(row.result_id for row in awards),
        *(row.result_id for row in candidates),
    }:
        return None
    if any(candidate.state is CandidateState.WAITING for candidate in candidates):
        return None
    live = _live(awards)
    if live is not None:
        await _restore(work, live)
        return None
    scheme = await course_scheme(work.session, one.course_id)
    if scheme is not None and not awards and _decides(scheme, one):
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


def _decides(scheme: Scheme, one: Pass) -> bool:
    """Whether the approved rule decides on a pass by itself."""
    return one.automatic and scheme.automatic and scheme.approved_by != one.person_id


def _live(awards: Sequence[Award]) -> Award | None:
    """The latest that nobody took back."""
    return next((award for award in awards if award.state in LIVE), None)


async def _restore(work: Work, award: Award) -> None:
    """The pass that an award rests on came back before anybody took the award away."""
    if award.result_withdrawn_at is not None:
        award.result_withdrawn_at = None
        award.revision += 1
        await record(work, action="award.result_restored", subject=("award", award.id))
