from datetime import timedelta

from lms.people.grants.roles import Role
from tests.builders.exams import a_course
from tests.builders.learning import SYSTEM, a_class, enrolled, people, states
from tests.builders.people import signed_in, somebody
from tests.conftest import MORNING

CLASSES = "/api/v1/classes"


def problem(answer) -> str:
    return answer.json()["type"].removeprefix("/problems/")


def a_meeting(**changes) -> dict:
    starts = MORNING + timedelta(days=1)
    return {
        "starts_at": starts.isoformat(),
        "ends_at": (starts + timedelta(hours=3)).isoformat(),
        "venue": "Room 7, Wan Chai",
        "contact_minutes": 150,
    } | changes


async def test_a_class_is_planned_with_meetings_that_anybody_can_look_up(opened, client):
    _, admin = await somebody(opened, Role.ADMIN)
    trainer, _ = await somebody(opened, Role.TRAINER)
    async with opened.works.write(SYSTEM) as work:
        await a_course(work)
    body = {"course_code": "TEST", "version": 1, "code": "2026-03-A", "seats": 12}
    planned = await client.post(CLASSES, json=body, headers=admin)
    assert planned.status_code == 201, planned.text
    path = f"{CLASSES}/{planned.json()['id']}"
    given = a_meeting(trainer_id=str(trainer))
    added = await client.post(f"{path}/meetings", json=given, headers=admin)
    assert added.status_code == 201, added.text
    shown = (await client.get(path)).json()
    assert (shown["course_code"], shown["seats"], shown["state"]) == ("TEST", 12, "open")
    assert [meeting["venue"] for meeting in shown["meetings"]] == ["Room 7, Wan Chai"]
    again = await client.post(CLASSES, json=body, headers=admin)
    assert problem(again) == "class_code_taken"


async def test_a_meeting_lasts_at_least_its_contact_minutes_and_days_carry_their_zone(
    opened, client
):
    run = await a_class(opened)
    _, admin = await somebody(opened, Role.ADMIN)
    path = f"{CLASSES}/{run.id}/meetings"
    answer = await client.post(path, json=a_meeting(contact_minutes=181), headers=admin)
    assert answer.status_code == 422
    naive = a_meeting(starts_at="2026-03-03T09:00:00")
    answer = await client.post(path, json=naive, headers=admin)
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/starts_at"]
    far = a_meeting(ends_at="9999-12-31T23:59:59-14:00")
    answer = await client.post(path, json=far, headers=admin)
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/ends_at"]
    unknown = a_meeting(trainer_id=str(run.id))
    assert problem(await client.post(path, json=unknown, headers=admin)) == "trainer_unknown"


async def test_a_meeting_is_changed_and_dropped_while_nobody_attended_it(opened, client, clock):
    run = await a_class(opened)
    admin_id, admin = await somebody(opened, Role.ADMIN)
    path = f"{CLASSES}/{run.id}/meetings"
    made = (await client.post(path, json=a_meeting(), headers=admin)).json()
    seen = admin | {"If-Match": '"1"'}
    changed = await client.put(f"{path}/{made['id']}", json=a_meeting(venue="Room 8"), headers=seen)
    assert (changed.json()["venue"], changed.json()["revision"]) == ("Room 8", 2)
    assert (await client.delete(f"{path}/{made['id']}", headers=seen)).status_code == 412
    [person] = await people(opened, 1)
    seat = await enrolled(opened, run, person)
    clock.advance(timedelta(days=2))
    admin = await signed_in(opened, admin_id)
    present = {"present": [{"enrolment_id": str(seat), "minutes": 10}]}
    taken = await client.put(f"{path}/{made['id']}/attendance", json=present, headers=admin)
    assert taken.status_code == 200, taken.text
    seen = admin | {"If-Match": '"2"'}
    kept = await client.delete(f"{path}/{made['id']}", headers=seen)
    assert problem(kept) == "meeting_has_attendance"
    other = (await client.post(path, json=a_meeting(), headers=admin)).json()
    gone = await client.delete(f"{path}/{other['id']}", headers=admin | {"If-Match": '"1"'})
    assert gone.status_code == 204


async def test_seats_are_not_taken_from_under_people(opened, client):
    run = await a_class(opened, seats=3)
    _, admin = await somebody(opened, Role.ADMIN)
    for person in await people(opened, 2):
        await enrolled(opened, run, person)
    seats = f"{CLASSES}/{run.id}/seats"
    seen = admin | {"If-Match": '"1"'}
    assert problem(await client.put(seats, json={"seats": 1}, headers=seen)) == "seats_taken"
    changed = await client.put(seats, json={"seats": 2}, headers=seen)
    assert (changed.json()["seats"], changed.json()["revision"]) == (2, 2)


async def test_a_cancelled_class_withdraws_everybody_and_a_begun_one_is_only_closed(
    opened, client, clock
):
    run = await a_class(opened, seats=1, meetings=1)
    admin_id, _ = await somebody(opened, Role.ADMIN)
    [seated, waiting] = await people(opened, 2)
    await enrolled(opened, run, seated)
    await enrolled(opened, run, waiting, state="waitlisted", confirmed_at=None, waitlist_place=1)
    clock.advance(timedelta(days=1))
    seen = await signed_in(opened, admin_id) | {"If-Match": '"1"'}
    refused = await client.post(f"{CLASSES}/{run.id}/cancellation", headers=seen)
    assert problem(refused) == "class_begun"
    closed = await client.post(f"{CLASSES}/{run.id}/closing", headers=seen)
    assert closed.json()["state"] == "closed"
    assert await states(opened, run.id) == ["confirmed", "withdrawn"]
    other = await a_class(opened, code="ELSE", seats=1, meetings=3)
    await enrolled(opened, other, seated)
    answer = await client.post(f"{CLASSES}/{other.id}/cancellation", headers=seen)
    assert answer.json()["state"] == "cancelled", answer.text
    assert await states(opened, other.id) == ["withdrawn"]
    assert (await client.get("/api/v1/courses/ELSE/classes")).json() == []


async def test_nobody_but_an_admin_runs_classes(opened, client):
    run = await a_class(opened)
    for role in (None, Role.TRAINER, Role.AUDITOR):
        _, headers = await somebody(opened, role)
        headers |= {"If-Match": '"1"'}
        answer = await client.put(f"{CLASSES}/{run.id}/seats", json={"seats": 9}, headers=headers)
        assert answer.status_code == 403
        answer = await client.post(
            f"{CLASSES}/{run.id}/meetings", json=a_meeting(), headers=headers
        )
        assert answer.status_code == 403
