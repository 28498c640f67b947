from datetime import timedelta

from courses.catalogue.models import CourseVersion
from lms.people.grants.roles import Role
from tests.builders.learning import SYSTEM, a_class, a_meeting, a_run, enrolled, people
from tests.builders.people import signed_in, somebody


async def a_meeting_now(opened, run, trainer_id=None) -> str:
    async with opened.works.write(SYSTEM) as work:
        meeting = await a_meeting(work, run.id, days=0, trainer_id=trainer_id)
    return f"/api/v1/classes/{run.id}/meetings/{meeting.id}/attendance"


def present(*rows) -> dict:
    return {"present": [{"enrolment_id": str(one), "minutes": minutes} for one, minutes in rows]}


async def test_a_trainer_takes_and_corrects_the_attendance_of_their_own_class(opened, client):
    run = await a_class(opened)
    trainer, headers = await somebody(opened, Role.TRAINER)
    path = await a_meeting_now(opened, run, trainer)
    first, second = [await enrolled(opened, run, person) for person in await people(opened, 2)]
    listed = (await client.get(path, headers=headers)).json()
    assert [row["minutes"] for row in listed] == [None, None]
    assert listed[0]["name_zh"] == "陳大文"
    taken = await client.put(path, json=present((first, 120), (second, 90)), headers=headers)
    assert [row["minutes"] for row in taken.json()] == [120, 90], taken.text
    corrected = await client.put(path, json=present((second, 0)), headers=headers)
    assert [row["minutes"] for row in corrected.json()] == [120, 0]
    trail = await opened.pool.fetch(
        "SELECT before, after FROM audit_entry WHERE action = 'attendance.taken' ORDER BY id"
    )
    assert str(second) in trail[1]["before"]
    assert len(trail) == 2


async def test_what_was_recorded_of_somebody_who_moved_on_is_put_right_there(opened, client):
    run = await a_class(opened)
    async with opened.works.write(SYSTEM) as work:
        version = await work.session.get_one(CourseVersion, run.version_id)
        other = await a_run(work, version, code="B")
    trainer, headers = await somebody(opened, Role.TRAINER)
    path = await a_meeting_now(opened, run, trainer)
    learner, own = await somebody(opened)
    seat = await enrolled(opened, run, learner)
    await client.put(path, json=present((seat, 120)), headers=headers)
    moving = f"/api/v1/me/enrolments/{seat}"
    moved = await client.post(f"{moving}/move", json={"class_id": str(other.id)}, headers=own)
    assert moved.status_code == 200, moved.text
    elsewhere = await a_meeting_now(opened, run, trainer)
    assert (await client.get(elsewhere, headers=headers)).json() == []
    assert [row["minutes"] for row in (await client.get(path, headers=headers)).json()] == [120]
    corrected = await client.put(path, json=present((seat, 30)), headers=headers)
    assert corrected.status_code == 200, corrected.text
    assert (await client.get(f"{moving}/attendance", headers=own)).json()["minutes"] == 30


async def test_another_trainers_class_does_not_exist_and_a_learner_takes_nothing(opened, client):
    run = await a_class(opened)
    owner, _ = await somebody(opened, Role.TRAINER)
    path = await a_meeting_now(opened, run, owner)
    [person] = await people(opened, 1)
    seat = await enrolled(opened, run, person)
    for role, read, written in (
        (Role.TRAINER, 404, 404),
        (None, 403, 403),
        (Role.AUDITOR, 200, 403),
    ):
        _, headers = await somebody(opened, role)
        assert (await client.get(path, headers=headers)).status_code == read
        answer = await client.put(path, json=present((seat, 1)), headers=headers)
        assert answer.status_code == written
    _, admin = await somebody(opened, Role.ADMIN)
    answer = await client.put(path, json=present((seat, 1)), headers=admin)
    assert answer.status_code == 200


async def test_nobody_takes_their_own_attendance(opened, client):
    run = await a_class(opened)
    trainer, headers = await somebody(opened, Role.TRAINER)
    path = await a_meeting_now(opened, run, trainer)
    own, other = [await enrolled(opened, run, one) for one in (trainer, *await people(opened, 1))]
    both = await client.put(path, json=present((other, 120), (own, 120)), headers=headers)
    assert both.json()["type"] == "/problems/second_person_needed"
    listed = (await client.get(path, headers=headers)).json()
    assert [row["minutes"] for row in listed] == [None, None]
    assert (await client.put(path, json=present((other, 120)), headers=headers)).is_success


async def test_every_wrong_row_is_told_and_nothing_is_half_written(opened, client):
    run = await a_class(opened)
    _, admin = await somebody(opened, Role.ADMIN)
    path = await a_meeting_now(opened, run)
    [person, waiting] = await people(opened, 2)
    seat = await enrolled(opened, run, person)
    not_in = await enrolled(
        opened, run, waiting, state="waitlisted", confirmed_at=None, waitlist_place=1
    )
    body = present((seat, 10), (not_in, 10), (seat, 121))
    answer = await client.put(path, json=body, headers=admin)
    assert answer.status_code == 422
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [
        ("/present/1/enrolment_id", "unknown"),
        ("/present/2/enrolment_id", "twice"),
        ("/present/2/minutes", "too_many"),
    ]
    assert await opened.pool.fetchval("SELECT count(*) FROM attendance") == 0


async def test_a_meeting_does_not_become_shorter_than_what_somebody_attended(opened, client):
    run = await a_class(opened)
    _, admin = await somebody(opened, Role.ADMIN)
    path = await a_meeting_now(opened, run)
    [person] = await people(opened, 1)
    seat = await enrolled(opened, run, person)
    await client.put(path, json=present((seat, 100)), headers=admin)
    meeting = path.removesuffix("/attendance")
    [planned] = (await client.get(f"/api/v1/classes/{run.id}")).json()["meetings"]
    body = {name: planned[name] for name in ("starts_at", "ends_at", "venue")}
    seen = admin | {"If-Match": '"1"'}
    short = await client.put(meeting, json=body | {"contact_minutes": 99}, headers=seen)
    assert (short.status_code, short.json()["type"]) == (409, "/problems/meeting_has_attendance")
    enough = await client.put(meeting, json=body | {"contact_minutes": 100}, headers=seen)
    assert enough.json()["contact_minutes"] == 100, enough.text
    more = await client.put(path, json=present((seat, 101)), headers=admin)
    assert more.json()["errors"][0]["code"] == "too_many"


async def test_attendance_is_not_taken_before_the_meeting(opened, client):
    run = await a_class(opened)
    _, admin = await somebody(opened, Role.ADMIN)
    async with opened.works.write(SYSTEM) as work:
        meeting = await a_meeting(work, run.id, days=1)
    [person] = await people(opened, 1)
    seat = await enrolled(opened, run, person)
    path = f"/api/v1/classes/{run.id}/meetings/{meeting.id}/attendance"
    answer = await client.put(path, json=present((seat, 1)), headers=admin)
    assert answer.json()["type"] == "/problems/meeting_not_begun"


async def test_a_learner_sees_their_own_share_of_the_whole_course(opened, client, clock):
    run = await a_class(opened, contact_minutes=360)
    person, _ = await somebody(opened)
    seat = await enrolled(opened, run, person)
    admin_id, _ = await somebody(opened, Role.ADMIN)
    for minutes in (120, 120):
        admin = await signed_in(opened, admin_id)
        path = await a_meeting_now(opened, run)
        await client.put(path, json=present((seat, minutes)), headers=admin)
        clock.advance(timedelta(days=1))
    headers = await signed_in(opened, person)
    mine = await client.get(f"/api/v1/me/enrolments/{seat}/attendance", headers=headers)
    assert mine.json() == {"minutes": 240, "contact_minutes": 360, "percent": "66.66"}
