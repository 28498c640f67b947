"""Decisions by people: candidates, one or a batch, and awards that no result stands behind."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from courses.catalogue.models import CourseVersion
from lms.kernel.actor import Actor
from tests.builders.certs import ASchool, Settle, a_school
from tests.builders.learning import a_meeting, a_run
from tests.builders.people import signed_in, somebody
from tests.certs.centres.world import a_world

URL = "/api/v1/award-candidates/decisions"
WITHOUT = "/api/v1/awards/without-result"


@pytest.fixture
async def school(opened: Any) -> ASchool:
    """A course whose certificates a person decides on."""
    return await a_school(opened, issue="by_decision")


async def _waiting(school: ASchool, settle: Settle, client: Any, count: int) -> list[str]:
    for _ in range(count):
        await school.passing()
    await settle()
    listed = await client.get("/api/v1/award-candidates", headers=school.headers)
    return [row["id"] for row in listed.json()["items"]]


async def _decide(school: ASchool, client: Any, ids: list[Any], **changes: Any) -> Any:
    body = {"candidate_ids": ids, "verdict": "award", "reason": "checked the file", **changes}
    return await client.post(URL, json=body, headers=school.headers)


def _faults(answer: Any) -> list[tuple[str, str]]:
    return [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]


async def test_a_batch_is_decided_and_certified_from_the_day_of_the_decision(
    school: ASchool, settle: Settle, client: Any, clock: Any
) -> None:
    ids = await _waiting(school, settle, client, 3)
    clock.advance(timedelta(days=1))
    school.headers = await signed_in(school.opened, school.admin)
    answer = await _decide(school, client, ids)
    assert (answer.status_code, answer.json()["decided"]) == (201, 3)
    await settle()
    rows = await school.opened.pool.fetch("SELECT decider, decided_by, from_day FROM award")
    tomorrow = school.passes[0].passed_on + timedelta(days=1)
    assert {tuple(row.values()) for row in rows} == {("person", school.admin, tomorrow)}
    assert await school.opened.pool.fetchval("SELECT count(*) FROM certificate") == 3


async def test_both_ways_of_deciding_complete_a_centre_at_once(
    opened: Any, settle: Settle, client: Any, clock: Any
) -> None:
    world = await a_world(opened.works, clock)
    school = await a_school(opened, code="TEST", issue="by_decision")
    first, second = await world.centre(), await world.centre()
    one, other = [await world.link(await world.hire(centre)) for centre in (first, second)]
    await opened.pool.execute("UPDATE course SET code = 'OLD' WHERE code = 'CPCS'")
    await opened.pool.execute("UPDATE course SET code = 'CPCS' WHERE code = 'TEST'")
    school.course_code = "CPCS"
    await school.passing(one)
    await settle()
    candidate = await school.row("SELECT id FROM award_candidate")
    await _decide(school, client, [str(candidate["id"])])
    assert [kind for kind, _ in await world.decisions(first)] == ["issue"]
    proposed = await _propose(school, client, [other])
    await _approve(school, client, proposed, school.second_headers)
    assert [kind for kind, _ in await world.decisions(second)] == ["issue"]


async def test_a_declined_candidate_gets_nothing_and_the_reason_is_kept(
    school: ASchool, settle: Settle, client: Any
) -> None:
    ids = await _waiting(school, settle, client, 1)
    answer = await _decide(school, client, ids, verdict="decline", reason="not the same person")
    assert answer.json() == {"decided": 1, "award_ids": []}
    row = await school.row("SELECT state, reason FROM award_candidate")
    assert tuple(row) == ("declined", "not the same person")
    assert await school.opened.pool.fetchval("SELECT count(*) FROM award") == 0


async def test_one_bad_candidate_stops_the_batch_and_every_fault_is_told(
    school: ASchool, settle: Settle, client: Any
) -> None:
    ids = await _waiting(school, settle, client, 3)
    await _decide(school, client, ids[:1])
    await _trained_by(school, school.passes[1].person_id, school.admin)
    answer = await _decide(school, client, [*ids, str(uuid4())])
    assert answer.status_code == 422
    assert _faults(answer) == [
        ("/candidate_ids/0", "decided"),
        ("/candidate_ids/1", "trained_by_decider"),
        ("/candidate_ids/3", "unknown"),
    ]
    assert await school.opened.pool.fetchval("SELECT count(*) FROM award") == 1


async def test_whom_one_trained_before_they_moved_to_another_class_one_trained(
    school: ASchool, settle: Settle, client: Any
) -> None:
    [candidate_id] = await _waiting(school, settle, client, 1)
    person_id = school.passes[0].person_id
    await _trained_by(school, person_id, school.admin)
    await school.opened.pool.execute(
        """INSERT INTO attendance (meeting_id, contact_minutes, enrolment_id, minutes,
               recorded_by, recorded_at)
           SELECT m.id, m.contact_minutes, e.id, 1, m.trainer_id, now()
           FROM enrolment AS e JOIN meeting AS m USING (class_id)"""
    )
    await _trained_by(school, person_id, school.second, code="B")
    answer = await _decide(school, client, [candidate_id])
    assert _faults(answer) == [("/candidate_ids/0", "trained_by_decider")]


async def test_without_a_scheme_nobody_can_be_certified(
    opened: Any, settle: Settle, client: Any
) -> None:
    school = await a_school(opened, scheme=False)
    ids = await _waiting(school, settle, client, 1)
    assert _faults(await _decide(school, client, ids)) == [("/candidate_ids/0", "scheme_missing")]


async def test_a_repeated_request_is_the_same_success(
    school: ASchool, settle: Settle, client: Any
) -> None:
    ids = await _waiting(school, settle, client, 1)
    headers = {**school.headers, "Idempotency-Key": "once-and-only-once"}
    body = {"candidate_ids": ids, "verdict": "award", "reason": "checked the file"}
    first = await client.post(URL, json=body, headers=headers)
    second = await client.post(URL, json=body, headers=headers)
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert await school.opened.pool.fetchval("SELECT count(*) FROM award") == 1


async def test_learners_decide_nothing(school: ASchool, settle: Settle, client: Any) -> None:
    ids = await _waiting(school, settle, client, 1)
    _, learner = await somebody(school.opened)
    body = {"candidate_ids": ids, "verdict": "award", "reason": "please"}
    assert (await client.post(URL, json=body, headers=learner)).status_code == 403
    assert (await client.get("/api/v1/award-candidates", headers=learner)).status_code == 403


async def _propose(school: ASchool, client: Any, person_ids: list[UUID], **changes: Any) -> Any:
    body = {
        "person_ids": [str(person_id) for person_id in person_ids],
        "course_code": school.course_code,
        "version_id": str(school.version_id),
        "from_day": "2026-03-02",
        "ground": "paper exam of 28 February, list 7",
        **changes,
    }
    return await client.post(WITHOUT, json=body, headers=school.headers)


async def _approve(school: ASchool, client: Any, proposed: Any, headers: Any) -> Any:
    return await client.post(
        f"/api/v1/proposals/{proposed.json()['id']}/approval",
        json={"reason": "I saw the list"},
        headers=headers,
    )


async def test_without_a_result_it_takes_a_ground_and_two_people(
    school: ASchool, settle: Settle, client: Any
) -> None:
    people = [await school.learner() for _ in range(2)]
    proposed = await _propose(school, client, people)
    assert proposed.status_code == 201, proposed.text
    assert (await _approve(school, client, proposed, school.headers)).status_code == 409
    assert await school.opened.pool.fetchval("SELECT count(*) FROM award") == 0
    approved = await _approve(school, client, proposed, school.second_headers)
    assert approved.status_code == 200, approved.text
    await settle()
    rows = await school.opened.pool.fetch("SELECT * FROM award")
    assert {row["person_id"] for row in rows} == set(people)
    for row in rows:
        assert (row["decider"], row["decided_by"], row["approved_by"]) == (
            "two_people",
            school.admin,
            school.second,
        )
        assert row["ground"].startswith("paper exam")
    assert await school.opened.pool.fetchval("SELECT count(*) FROM certificate") == 2


async def test_the_same_awards_are_not_made_twice(
    school: ASchool, settle: Settle, client: Any
) -> None:
    people = [await school.learner()]
    proposals = [await _propose(school, client, people) for _ in range(2)]
    answers = [
        await _approve(school, client, proposed, school.second_headers) for proposed in proposals
    ]
    assert [answer.status_code for answer in answers] == [200, 409]
    assert answers[1].json()["type"] == "/problems/award_exists"


@pytest.mark.parametrize(("act", "ended"), [("voiding", "void"), ("revocation", "revoked")])
async def test_what_was_taken_back_may_be_made_anew_for_the_same_day_and_stays_taken_back(
    school: ASchool, settle: Settle, client: Any, act: str, ended: str
) -> None:
    person_id = await school.learner()

    async def award() -> Any:
        proposed = await _propose(school, client, [person_id])
        return await _approve(school, client, proposed, school.second_headers)

    await award()
    await settle()
    row = await school.certificate_of(person_id)
    taking = await client.post(
        f"/api/v1/certificates/{row['id']}/{act}",
        json={"reason": "the wrong list"},
        headers=school.headers,
    )
    await _approve(school, client, taking, school.second_headers)
    assert (await award()).status_code == 200
    assert (await award()).json()["type"] == "/problems/award_exists"
    await settle()
    for table, states in (("award", [ended, "in_force"]), ("certificate", [ended, "issued"])):
        column = "state" if table == "award" else "status"
        rows = await school.opened.pool.fetch(f"SELECT {column} FROM {table} ORDER BY id")  # noqa: S608 - ours
        assert [one[0] for one in rows] == states


async def test_all_that_is_wrong_with_a_proposal_is_told(school: ASchool, client: Any) -> None:
    answer = await _propose(school, client, [uuid4()], from_day="2030-01-01")
    assert _faults(answer) == [("/from_day", "too_far_ahead"), ("/person_ids/0", "unknown")]
    other = await _propose(school, client, [uuid4()], version_id=str(uuid4()))
    assert _faults(other) == [("/version_id", "unknown"), ("/person_ids/0", "unknown")]
    slip = await _propose(school, client, [uuid4()], from_day="0001-01-01")
    assert _faults(slip) == [("/from_day", "greater_than_equal")]


async def test_a_ground_is_not_left_out(school: ASchool, client: Any) -> None:
    answer = await _propose(school, client, [uuid4()], ground="")
    assert _faults(answer) == [("/ground", "string_too_short")]


async def test_the_second_person_did_not_train_them_either(
    school: ASchool, settle: Settle, client: Any
) -> None:
    happened = await school.passing()
    await settle()
    proposed = await _propose(school, client, [happened.person_id])
    await _trained_by(school, happened.person_id, school.second)
    refused = await _approve(school, client, proposed, school.second_headers)
    assert _faults(refused) == [("/person_ids/0", "trained_by_decider")]
    state = await school.row("SELECT state FROM proposal")
    assert state["state"] == "open"


async def test_nobody_approves_their_own_award(school: ASchool, client: Any) -> None:
    proposed = await _propose(school, client, [school.second])
    assert proposed.status_code == 201, proposed.text
    refused = await _approve(school, client, proposed, school.second_headers)
    assert _faults(refused) == [("/person_ids/0", "trained_by_decider")]
    own = await _propose(school, client, [school.admin])
    assert _faults(own) == [("/person_ids/0", "trained_by_decider")]


async def _trained_by(school: ASchool, person_id: UUID, trainer_id: UUID, code: str = "A") -> None:
    async with school.opened.works.write(Actor.system("test")) as work:
        version = await work.session.get_one(CourseVersion, school.version_id)
        run = await a_run(work, version, code=code)
        await a_meeting(work, run.id, trainer_id=trainer_id)
    await school.opened.pool.execute(
        "UPDATE enrolment SET class_id = $1 WHERE person_id = $2", run.id, person_id
    )
