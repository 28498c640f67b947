"""Two people at once: one decision wins, and nothing is made twice."""

from typing import Any
from uuid import UUID

from certs import parts
from certs.awards.decisions import decide_candidates
from certs.awards.passes import receive_passes
from certs.awards.schemas import CandidateDecisionIn, Verdict
from certs.awards.subscriptions import pass_of
from certs.issuing.changes.service import change_status
from certs.issuing.changes.status import Happened
from courses.events import CoursePassed
from lms import role_rights
from lms.kernel.actor import Actor
from lms.kernel.db import ISSUER_REACH
from lms.kernel.problems import Invalid
from tests.builders.certs import ASchool, Settle, a_school
from tests.conftest import gather

SYSTEM = Actor.system("test")


def admin(person_id: UUID) -> Actor:
    """An admin with the rights of the policy table."""
    return Actor("person", person_id, role_rights.rights([("admin", None)]), reach=ISSUER_REACH)


async def test_two_admins_decide_on_one_candidate_and_one_wins(opened: Any, settle: Settle) -> None:
    school = await a_school(opened, issue="by_decision")
    await school.passing()
    await settle()
    candidate = await school.row("SELECT id FROM award_candidate")

    def deciding(person_id: Any) -> Any:
        async def decide() -> None:
            wanted = CandidateDecisionIn(
                candidate_ids=[candidate["id"]], verdict=Verdict.AWARD, reason="checked"
            )
            async with opened.works.write(admin(person_id)) as work:
                await decide_candidates(work, parts.fractions(), wanted)

        return decide()

    outcomes = await gather(*(deciding(one) for one in (school.admin, school.second) * 3))
    assert sum(outcome is None for outcome in outcomes) == 1
    assert all(outcome is None or isinstance(outcome, Invalid) for outcome in outcomes)
    assert await opened.pool.fetchval("SELECT count(*) FROM award") == 1


async def test_a_suspension_and_a_revocation_at_once_leave_one_story(
    school: ASchool, settle: Settle
) -> None:
    row = await school.certified(settle)

    def changing(happened: Happened) -> Any:
        async def change() -> None:
            async with school.opened.works.write(admin(school.admin)) as work:
                await change_status(work, parts.fractions(), row["id"], happened, "test")

        return change()

    await gather(*(changing(one) for one in (Happened.SUSPENDED, Happened.REVOKED) * 3))
    certificate = await school.certificate_of(row["person_id"])
    award = await school.award_of(row["person_id"])
    events = await school.opened.pool.fetch("SELECT happened FROM status_event ORDER BY position")
    assert (certificate["status"], award["state"]) == ("revoked", "revoked")
    told = [event["happened"] for event in events]
    assert told in (["issued", "revoked"], ["issued", "suspended", "revoked"])


async def test_passes_and_repeats_at_once_make_each_award_once(
    school: ASchool, settle: Settle
) -> None:
    passes = [await school.passing() for _ in range(6)]

    def receiving(order: list[CoursePassed]) -> Any:
        async def receive() -> None:
            async with school.opened.works.write(SYSTEM) as work:
                await receive_passes(work, parts.fractions(), [pass_of(one) for one in order])

        return receive()

    outcomes = await gather(*(receiving(passes[::step]) for step in (1, -1, 2, -2)))
    assert outcomes == [None] * 4
    await settle()
    assert await school.opened.pool.fetchval("SELECT count(*) FROM award") == 6
    assert await school.opened.pool.fetchval("SELECT count(*) FROM certificate") == 6
