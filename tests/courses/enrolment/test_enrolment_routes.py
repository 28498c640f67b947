from datetime import date, timedelta

from courses.catalogue.models import CourseVersion, Prerequisite
from courses.enrolment.models import EnrolmentState
from lms.people.grants.roles import Role
from tests.builders.exams import a_course
from tests.builders.learning import (
    SYSTEM,
    a_class,
    a_later_version,
    a_run,
    enrolled,
    people,
    states,
)
from tests.builders.people import somebody

MINE = "/api/v1/me/enrolments"


async def code_of(response):
    return response.status_code, response.json()["type"].removeprefix("/problems/")


async def test_nobody_enrols_without_signing_in(client):
    answer = await client.post(MINE, json={"course_code": "TEST"})
    assert answer.status_code == 401


async def test_another_persons_enrolment_does_not_exist(opened, client):
    run = await a_class(opened)
    [other] = await people(opened, 1)
    enrolment_id = await enrolled(opened, run, other)
    _, headers = await somebody(opened)
    for path, method in (("", "get"), ("/withdrawal", "post"), ("/attendance", "get")):
        answer = await getattr(client, method)(f"{MINE}/{enrolment_id}{path}", headers=headers)
        assert answer.status_code == 404
    move = {"class_id": str(run.id)}
    answer = await client.post(f"{MINE}/{enrolment_id}/move", json=move, headers=headers)
    assert answer.status_code == 404
    assert (await client.get(MINE, headers=headers)).json()["items"] == []


async def test_a_learner_enrols_sees_it_and_withdraws(opened, client, settle):
    run = await a_class(opened)
    person, headers = await somebody(opened)
    body = {"course_code": run.course_code, "class_id": str(run.id)}
    made = await client.post(MINE, json=body, headers=headers)
    assert made.status_code == 201, made.text
    assert made.json()["state"] == "confirmed"
    assert made.json()["version_id"] == str(run.version_id)
    assert made.json()["person_id"] == str(person)
    [listed] = (await client.get(MINE, headers=headers)).json()["items"]
    assert listed == (await client.get(f"{MINE}/{listed['id']}", headers=headers)).json()
    ended = await client.post(f"{MINE}/{listed['id']}/withdrawal", headers=headers)
    assert (ended.json()["state"], ended.json()["withdrawn_reason"]) == ("withdrawn", "own")
    again = await client.post(f"{MINE}/{listed['id']}/withdrawal", headers=headers)
    assert await code_of(again) == (409, "enrolment_not_active")
    kinds = [row["type"] for row in await opened.pool.fetch("SELECT type FROM event ORDER BY id")]
    assert [kind for kind in kinds if kind.startswith("courses.")] == [
        "courses.enrolment-confirmed.v1",
        "courses.enrolment-withdrawn.v1",
    ]


async def test_one_active_enrolment_per_person_and_course(opened, client):
    run = await a_class(opened)
    _, headers = await somebody(opened)
    body = {"course_code": run.course_code}
    assert (await client.post(MINE, json=body, headers=headers)).status_code == 201
    again = await client.post(MINE, json=body | {"class_id": str(run.id)}, headers=headers)
    assert await code_of(again) == (409, "enrolled_already")


async def test_the_same_request_with_its_key_is_the_same_success(opened, client):
    run = await a_class(opened)
    _, headers = await somebody(opened)
    headers |= {"Idempotency-Key": "once"}
    body = {"course_code": run.course_code}
    first = await client.post(MINE, json=body, headers=headers)
    second = await client.post(MINE, json=body, headers=headers)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()


async def test_a_full_class_offers_its_waitlist(opened, client):
    run = await a_class(opened, seats=1)
    [other] = await people(opened, 1)
    await enrolled(opened, run, other)
    _, headers = await somebody(opened)
    body = {"course_code": run.course_code, "class_id": str(run.id)}
    assert await code_of(await client.post(MINE, json=body, headers=headers)) == (409, "class_full")
    body["join_waitlist"] = True
    waits = await client.post(MINE, json=body, headers=headers)
    assert (waits.json()["state"], waits.json()["waitlist_place"]) == ("waitlisted", 1)
    [offer] = (await client.get("/api/v1/courses/TEST/classes")).json()
    assert (offer["seats"], offer["seats_free"], offer["waiting"]) == (1, 0, 1)


async def test_without_a_class_the_version_in_effect_that_day_is_pinned(opened, client, clock):
    async with opened.works.write(SYSTEM) as work:
        _, old, _ = await a_course(work, teach_out_on=date(2026, 12, 31))
        new = await a_later_version(work, old, date(2026, 3, 3))
    _, first = await somebody(opened)
    body = {"course_code": "TEST"}
    made = await client.post(MINE, json=body, headers=first)
    assert made.json()["version_id"] == str(old.id)
    clock.advance(timedelta(days=1))
    _, second = await somebody(opened)
    made = await client.post(MINE, json=body, headers=second)
    assert made.json()["version_id"] == str(new.id)
    async with opened.works.write(SYSTEM) as work:
        run = await a_run(work, old)
    _, third = await somebody(opened)
    made = await client.post(MINE, json=body | {"class_id": str(run.id)}, headers=third)
    assert made.json()["version_id"] == str(old.id)


async def test_a_course_without_a_taught_version_takes_nobody(opened, client):
    async with opened.works.write(SYSTEM) as work:
        await a_course(work, teach_out_on=date(2026, 3, 1))
    _, headers = await somebody(opened)
    answer = await client.post(MINE, json={"course_code": "TEST"}, headers=headers)
    assert await code_of(answer) == (409, "course_not_open")
    answer = await client.post(MINE, json={"course_code": "NONE"}, headers=headers)
    assert answer.status_code == 404


async def test_a_class_of_another_course_is_none_of_this_one(opened, client):
    run = await a_class(opened)
    async with opened.works.write(SYSTEM) as work:
        await a_course(work, "ELSE")
    _, headers = await somebody(opened)
    body = {"course_code": "ELSE", "class_id": str(run.id)}
    assert (await client.post(MINE, json=body, headers=headers)).status_code == 404


async def test_prerequisites_are_certificates_and_all_missing_ones_are_named(opened, client):
    run = await a_class(opened)
    async with opened.works.write(SYSTEM) as work:
        for code in ("NEEDA", "NEEDB"):
            needed, _, _ = await a_course(work, code)
            work.session.add(Prerequisite(version_id=run.version_id, required_course_id=needed.id))
    _, headers = await somebody(opened)
    answer = await client.post(MINE, json={"course_code": "TEST"}, headers=headers)
    assert await code_of(answer) == (409, "prerequisites_missing")
    assert sorted(answer.json()["course_codes"]) == ["NEEDA", "NEEDB"]


async def test_a_move_within_a_version_needs_no_word_but_a_seat(opened, client):
    run = await a_class(opened, seats=1)
    async with opened.works.write(SYSTEM) as work:
        version = await work.session.get_one(CourseVersion, run.version_id)
        full = await a_run(work, version, seats=1, code="B")
        free = await a_run(work, version, seats=1, code="C")
    [other, waiting] = await people(opened, 2)
    await enrolled(opened, run, other, class_id=full.id)
    person, headers = await somebody(opened)
    mine = await enrolled(opened, run, person)
    await enrolled(
        opened, run, waiting, state=EnrolmentState.WAITLISTED, confirmed_at=None, waitlist_place=1
    )
    move = f"{MINE}/{mine}/move"
    answer = await client.post(move, json={"class_id": str(full.id)}, headers=headers)
    assert await code_of(answer) == (409, "class_full")
    answer = await client.post(move, json={"class_id": str(free.id)}, headers=headers)
    assert answer.json()["class_id"] == str(free.id)
    assert await states(opened, run.id) == ["confirmed"]


async def test_a_move_to_another_version_records_the_learners_agreement(opened, client):
    run = await a_class(opened)
    async with opened.works.write(SYSTEM) as work:
        old = await work.session.get_one(CourseVersion, run.version_id)
        new = await a_later_version(work, old, date(2026, 2, 1))
        other = await a_run(work, new)
    person, headers = await somebody(opened)
    mine = await enrolled(opened, run, person)
    _, admin = await somebody(opened, Role.ADMIN)
    body = {"class_id": str(other.id)}
    answer = await client.post(f"/api/v1/enrolments/{mine}/move", json=body, headers=admin)
    assert await code_of(answer) == (409, "agreement_needed")
    answer = await client.post(f"{MINE}/{mine}/move", json=body, headers=headers)
    assert await code_of(answer) == (409, "agreement_needed")
    assert answer.json()["version"] == 2
    body["agree_to_version"] = 2
    answer = await client.post(f"{MINE}/{mine}/move", json=body, headers=headers)
    assert answer.json()["version_id"] == str(new.id)
    [row] = await opened.pool.fetch("SELECT * FROM version_agreement")
    assert (row["from_version_id"], row["to_version_id"]) == (old.id, new.id)
    assert row["agreed_by"] == person
