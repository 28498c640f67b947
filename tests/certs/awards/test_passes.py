"""What a released pass leads to, and what its taking back does."""

from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from asyncpg.exceptions import RestrictViolationError
from sqlalchemy import text

from certs.awards.passes import receive_passes
from certs.awards.subscriptions import pass_of
from courses.events import CourseResultWithdrawn
from lms.kernel.actor import Actor
from lms.kernel.locks import Locked
from lms.kernel.queue import Delivery, TryAgain, deliver
from tests.builders.certs import ASchool, Settle, a_school
from tests.certs.centres.world import World, a_world

SYSTEM = Actor.system("test")
SUPERSEDE = text(
    "UPDATE course_result SET superseded_at = now() "
    "WHERE enrolment_id = :enrolment_id AND superseded_at IS NULL"
)


class _Counting:
    def __init__(self) -> None:
        self.before_of: list[list[UUID]] = []
        self.changed_of: list[list[UUID]] = []

    async def before(self, work: Any, centre_ids: Any) -> None:
        assert Locked.PERSON in work.locked
        self.before_of.append(list(centre_ids))

    async def changed(self, _: Any, centre_ids: Any) -> None:
        self.changed_of.append(list(centre_ids))


async def _withdrawn(school: ASchool, number: int = 0) -> None:
    """A regrade takes the pass away; its event's handlers have not run yet."""
    happened = school.passes[number]
    async with school.opened.works.write(SYSTEM) as work:
        await work.session.execute(SUPERSEDE, {"enrolment_id": happened.enrolment_id})
        await work.emit(
            CourseResultWithdrawn(
                course_result_id=happened.course_result_id,
                person_id=happened.person_id,
                enrolment_id=happened.enrolment_id,
                course_id=happened.course_id,
                course_code=happened.course_code,
                reason="regraded",
            )
        )


async def _passed_again(school: ASchool, number: int = 0) -> None:
    """Another regrade brings the pass back; its event's handlers have not run yet."""
    happened = school.passes[number]
    async with school.opened.works.write(SYSTEM) as work:
        result_id = await school.result_in(work, happened.person_id, happened.enrolment_id, 2)
        await work.emit(replace(happened, course_result_id=result_id))


async def _settled_backwards(opened: Any) -> None:
    """Deliver what waits, the latest event first."""
    rows = await opened.pool.fetch(
        "DELETE FROM queue.pgqueuer WHERE status = 'queued' RETURNING id, payload"
    )
    for row in sorted(rows, key=lambda found: found["id"], reverse=True):
        await deliver(opened.works, Delivery.of(row["payload"]))


async def test_a_rule_does_not_decide_on_whoever_approved_it(opened: Any, settle: Settle) -> None:
    school = await a_school(opened)
    await school.passing(school.admin)
    await school.passing()
    await settle()
    rows = await opened.pool.fetch("SELECT person_id, state FROM award_candidate")
    assert [tuple(row.values()) for row in rows] == [(school.admin, "waiting")]
    decided = await opened.pool.fetch("SELECT person_id, decided_by FROM award")
    assert [tuple(row.values()) for row in decided] == [(school.passes[1].person_id, school.admin)]


async def test_a_pass_makes_an_award_from_its_day_on(school: ASchool, settle: Settle) -> None:
    happened = await school.passing()
    await settle()
    award = await school.award_of(happened.person_id)
    assert (award["state"], award["from_day"]) == ("in_force", date(2026, 3, 2))
    assert award["last_day"] == date(2028, 3, 1)


async def test_a_course_without_an_end_makes_an_award_without_one(
    opened: Any, settle: Settle
) -> None:
    school = await a_school(opened, validity_kind="none", validity_months=None)
    happened = await school.passing()
    await settle()
    assert (await school.award_of(happened.person_id))["last_day"] is None


@pytest.mark.parametrize(
    "missing", [{"scheme": False}, {"automatic": False}, {"issue": "by_decision"}]
)
async def test_without_an_approved_rule_a_pass_waits_for_a_decision(
    opened: Any, settle: Settle, missing: dict[str, Any]
) -> None:
    school = await a_school(opened, **missing)
    happened = await school.passing()
    await settle()
    assert await school.award_of(happened.person_id) is None
    candidate = await school.row("SELECT * FROM award_candidate")
    assert (candidate["state"], candidate["person_id"]) == ("waiting", happened.person_id)


async def test_a_renewal_is_a_new_period_beside_the_old_one(
    school: ASchool, settle: Settle
) -> None:
    happened = await school.passing()
    await school.passing(happened.person_id)
    await settle()
    rows = await school.opened.pool.fetch("SELECT state FROM award")
    assert [row["state"] for row in rows] == ["in_force", "in_force"]


async def test_a_batch_counts_each_centre_once(opened: Any, clock: Any) -> None:
    world = await a_world(opened.works, clock)
    school = await a_school(opened, code="TEST")
    centre_id = await world.centre()
    people = [await world.link(await world.hire(centre_id)) for _ in range(3)]
    counting = _Counting()
    async with opened.works.write(SYSTEM) as work:
        passes = [pass_of(await school.pass_in(work, person)) for person in people]
        made = await receive_passes(work, counting, [*passes, passes[0]])
    assert len(made) == 3
    assert counting.before_of == [[centre_id]]
    assert counting.changed_of == [[centre_id]]


async def test_results_released_at_once_are_one_transaction_and_one_count(
    opened: Any, clock: Any, settle: Settle
) -> None:
    world = await a_world(opened.works, clock)
    school = _school_of(world, opened)
    centre_id = await world.centre()
    people = [await world.link(await world.hire(centre_id)) for _ in range(12)]
    before = (await world.standing(centre_id)).seq
    for person in people:
        await school.passing(person)
    await settle()
    assert await opened.pool.fetchval("SELECT count(*) FROM award") == 12
    assert (await world.standing(centre_id)).seq == before + 1


async def test_a_pass_that_cannot_be_received_holds_up_no_other(
    school: ASchool, opened: Any
) -> None:
    good = await school.passing()
    async with opened.works.write(SYSTEM) as work:
        bad = await school.pass_in(work, await school.learner())
        await work.emit(replace(bad, version_id=uuid4()))
    for _ in range(2):
        for row in await opened.pool.fetch(
            "SELECT event_id, handler FROM event_delivery WHERE done_at IS NULL ORDER BY event_id"
        ):
            with suppress(TryAgain):
                await deliver(opened.works, Delivery(row["event_id"], row["handler"]))
    assert await school.award_of(good.person_id) is not None
    assert await school.award_of(bad.person_id) is None


async def test_the_ninth_pass_of_ten_makes_the_centres_certificate(
    opened: Any, clock: Any, settle: Settle
) -> None:
    world: World = await a_world(opened.works, clock)
    school = _school_of(world, opened)
    centre_id = await world.centre()
    staff = [await world.hire(centre_id) for _ in range(10)]
    people = [await world.link(one) for one in staff[:9]]
    for person in people[:8]:
        await school.passing(person)
    await settle()
    assert await world.decisions(centre_id) == []
    await school.passing(people[8])
    await settle()
    assert [kind for kind, _ in await world.decisions(centre_id)] == ["issue"]
    row = await school.row("SELECT * FROM certificate WHERE kind = 'centre'")
    assert (row["serial"], row["last_day"]) == (1, date(2027, 3, 1))
    assert row["number"].startswith("APCSC-C-2026-000001-")
    assert row["token"] is not None


async def test_a_result_taken_back_marks_the_award_and_changes_nothing_else(
    school: ASchool, settle: Settle, client: Any
) -> None:
    happened = await school.passing()
    await settle()
    await _withdrawn(school)
    await settle()
    award = await school.award_of(happened.person_id)
    assert (award["state"], award["result_withdrawn_at"] is not None) == ("in_force", True)
    marked = await client.get(
        "/api/v1/awards", params={"result_withdrawn": "true"}, headers=school.headers
    )
    assert [row["id"] for row in marked.json()["items"]] == [str(award["id"])]


async def test_a_pass_that_comes_back_takes_the_mark_away(school: ASchool, settle: Settle) -> None:
    await school.passing()
    await settle()
    await _withdrawn(school)
    await settle()
    await _passed_again(school)
    await settle()
    rows = await school.opened.pool.fetch("SELECT result_withdrawn_at FROM award")
    assert [row["result_withdrawn_at"] for row in rows] == [None]


@pytest.mark.parametrize(("issue", "kept"), [("automatic", "award"), ("by_decision", "candidate")])
async def test_a_pass_that_came_back_is_one_pass_though_it_is_told_first(
    opened: Any, settle: Settle, issue: str, kept: str
) -> None:
    school = await a_school(opened, issue=issue)
    await school.passing()
    await settle()
    await _withdrawn(school)
    await _passed_again(school)
    await _settled_backwards(opened)
    awards = await opened.pool.fetch("SELECT state, result_withdrawn_at FROM award")
    assert [tuple(row) for row in awards] == [("in_force", None)] * (kept == "award")
    candidates = await opened.pool.fetch("SELECT state FROM award_candidate")
    assert [row["state"] for row in candidates] == ["waiting"] * (kept == "candidate")


async def test_a_pass_that_is_told_after_its_taking_back_leads_to_nothing(
    school: ASchool, settle: Settle
) -> None:
    await school.passing()
    await _withdrawn(school)
    await _settled_backwards(school.opened)
    for table in ("award", "award_candidate"):
        assert await school.opened.pool.fetchval(f"SELECT count(*) FROM {table}") == 0  # noqa: S608 - ours


async def test_where_an_award_was_taken_back_no_rule_gives_another_for_the_same_enrolment(
    school: ASchool, settle: Settle
) -> None:
    happened = await school.passing()
    await settle()
    await school.opened.pool.execute("UPDATE award SET state = 'revoked'")
    await _withdrawn(school)
    await _passed_again(school)
    await settle()
    assert (await school.award_of(happened.person_id))["state"] == "revoked"
    assert (await school.row("SELECT state FROM award_candidate"))["state"] == "waiting"


async def test_a_waiting_candidate_goes_with_its_result(opened: Any, settle: Settle) -> None:
    school = await a_school(opened, issue="by_decision")
    await school.passing()
    await settle()
    await _withdrawn(school)
    await settle()
    assert (await school.row("SELECT state FROM award_candidate"))["state"] == "withdrawn"


async def test_the_database_refuses_to_change_an_award(school: ASchool, settle: Settle) -> None:
    await school.passing()
    await settle()
    for change in ("from_day = from_day - 1", "person_id = decided_by", "ground = 'x'"):
        with pytest.raises(RestrictViolationError, match="never changed"):
            await school.opened.pool.execute(f"UPDATE award SET {change}")  # noqa: S608 - ours


def _school_of(world: World, opened: Any) -> ASchool:
    """The world's CPCS as a school; its version has its course's id."""
    return ASchool(
        opened=opened,
        course_id=world.courses["CPCS"],
        course_code="CPCS",
        version_id=world.courses["CPCS"],
        admin=world.deciders[0],
        second=world.deciders[1],
        headers={},
        second_headers={},
        validity_months=None,
    )
