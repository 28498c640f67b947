from datetime import timedelta

from courses.catalogue.models import CourseVersion
from courses.enrolment.models import EnrolmentState
from lms.kernel.ids import new_id
from lms.people.grants.roles import Role
from tests.builders.exams import a_course
from tests.builders.learning import SYSTEM, a_class, a_run, enrolled, people, states
from tests.builders.people import somebody
from tests.conftest import MORNING

ENROLMENTS = "/api/v1/enrolments"


def problem(answer) -> str:
    return answer.json()["type"].removeprefix("/problems/")


async def test_an_admin_enrols_moves_and_withdraws_a_person_with_a_reason(opened, client):
    run = await a_class(opened)
    async with opened.works.write(SYSTEM) as work:
        other = await a_run(
            work, await work.session.get_one(CourseVersion, run.version_id), code="B"
        )
    [person] = await people(opened, 1)
    _, admin = await somebody(opened, Role.ADMIN)
    body = {"person_id": str(person), "course_code": "TEST", "class_id": str(run.id)}
    made = await client.post(ENROLMENTS, json=body, headers=admin)
    assert made.status_code == 201, made.text
    path = f"{ENROLMENTS}/{made.json()['id']}"
    assert (await client.get(path, headers=admin)).json() == made.json()
    moved = await client.post(f"{path}/move", json={"class_id": str(other.id)}, headers=admin)
    assert moved.json()["class_id"] == str(other.id)
    again = await client.post(f"{path}/move", json={"class_id": str(other.id)}, headers=admin)
    assert again.json() == moved.json()
    ended = await client.post(
        f"{path}/withdrawal", json={"reason": "asked by phone"}, headers=admin
    )
    assert ended.json()["withdrawn_reason"] == "admin"
    reasons = await opened.pool.fetch(
        "SELECT reason FROM audit_entry WHERE action = 'enrolment.withdrawn'"
    )
    assert [row["reason"] for row in reasons] == ["asked by phone"]
    gone = await client.post(f"{path}/move", json={"class_id": str(run.id)}, headers=admin)
    assert problem(gone) == "enrolment_not_active"


async def test_somebody_who_is_not_in_the_register_is_not_enrolled(opened, client):
    await a_class(opened)
    _, admin = await somebody(opened, Role.ADMIN)
    body = {"person_id": str(new_id()), "course_code": "TEST"}
    assert (await client.post(ENROLMENTS, json=body, headers=admin)).status_code == 404
    assert (await client.get(f"{ENROLMENTS}/{new_id()}", headers=admin)).status_code == 404
    body = {"person_id": str(new_id()), "course_code": "TEST", "class_id": str(new_id())}
    assert (await client.post(ENROLMENTS, json=body, headers=admin)).status_code == 404


async def test_a_class_is_listed_page_by_page_for_staff_only(opened, client):
    run = await a_class(opened)
    seats = [str(await enrolled(opened, run, person)) for person in await people(opened, 3)]
    path = f"/api/v1/classes/{run.id}/enrolments"
    _, trainer = await somebody(opened, Role.TRAINER)
    first = (await client.get(f"{path}?limit=2", headers=trainer)).json()
    rest = (await client.get(f"{path}?cursor={first['next_cursor']}", headers=trainer)).json()
    assert [row["id"] for row in first["items"] + rest["items"]] == seats
    _, learner = await somebody(opened)
    assert (await client.get(path, headers=learner)).status_code == 403
    missing = f"/api/v1/classes/{new_id()}/enrolments"
    assert (await client.get(missing, headers=trainer)).status_code == 404


async def test_ones_own_and_a_sponsors_lists_go_on_after_a_page(opened, client):
    person, headers = await somebody(opened)
    for code in ("ONE", "TWO", "SIX"):
        await enrolled(opened, await a_class(opened, code=code), person)
    path = "/api/v1/me/enrolments"
    first = (await client.get(f"{path}?limit=2", headers=headers)).json()
    rest = (await client.get(f"{path}?cursor={first['next_cursor']}", headers=headers)).json()
    assert [row["course_code"] for row in first["items"] + rest["items"]] == ["SIX", "TWO", "ONE"]


async def test_a_closed_class_promotes_nobody_and_takes_nobody(opened, client):
    run = await a_class(opened, seats=1)
    [seated] = await people(opened, 1)
    seat = await enrolled(opened, run, seated)
    _, admin = await somebody(opened, Role.ADMIN)
    seen = admin | {"If-Match": '"1"'}
    await client.post(f"/api/v1/classes/{run.id}/closing", headers=seen)
    [waiting] = await people(opened, 1)
    await enrolled(
        opened,
        run,
        waiting,
        state=EnrolmentState.WAITLISTED,
        confirmed_at=None,
        waitlist_place=1,
    )
    body = {"reason": "ill for long"}
    await client.post(f"{ENROLMENTS}/{seat}/withdrawal", json=body, headers=admin)
    assert await states(opened, run.id) == ["withdrawn", "waitlisted"]
    _, learner = await somebody(opened)
    body = {"course_code": "TEST", "class_id": str(run.id)}
    answer = await client.post("/api/v1/me/enrolments", json=body, headers=learner)
    assert problem(answer) == "class_not_open"


async def test_nobody_is_promoted_into_a_version_that_takes_no_enrolments(opened, client, clock):
    run = await a_class(opened, seats=1, teach_out_on=MORNING.date())
    [seated, waiting] = await people(opened, 2)
    seat = await enrolled(opened, run, seated)
    await enrolled(opened, run, waiting, state="waitlisted", confirmed_at=None, waitlist_place=1)
    clock.advance(timedelta(days=1))
    _, admin = await somebody(opened, Role.ADMIN)
    body = {"reason": "ill for long"}
    await client.post(f"{ENROLMENTS}/{seat}/withdrawal", json=body, headers=admin)
    assert await states(opened, run.id) == ["withdrawn", "waitlisted"]
    await opened.pool.execute("UPDATE course_version SET teach_out_on = NULL")
    seen = admin | {"If-Match": '"1"'}
    await client.put(f"/api/v1/classes/{run.id}/seats", json={"seats": 1}, headers=seen)
    assert await states(opened, run.id) == ["withdrawn", "confirmed"]


async def test_whoever_waits_for_a_class_of_a_closed_version_is_told(opened, client, settle):
    run = await a_class(opened, seats=1)
    [seated, waiting] = await people(opened, 2)
    await enrolled(opened, run, seated)
    await enrolled(opened, run, waiting, state="waitlisted", confirmed_at=None, waitlist_place=1)
    _, admin = await somebody(opened, Role.ADMIN)
    closing = "/api/v1/courses/TEST/versions/1/closing"
    closed = await client.post(closing, headers=admin | {"If-Match": '"1"'})
    assert closed.status_code == 200, closed.text
    await settle()
    assert await states(opened, run.id) == ["confirmed", "withdrawn"]
    assert (await client.get(f"/api/v1/classes/{run.id}")).json()["state"] == "closed"
    told = "SELECT count(*) FROM event WHERE type = 'courses.enrolment-withdrawn.v1'"
    assert await opened.pool.fetchval(told) == 1


async def test_a_cancelled_class_changes_no_more(opened, client):
    run = await a_class(opened)
    _, admin = await somebody(opened, Role.ADMIN)
    path = f"/api/v1/classes/{run.id}"
    await client.post(f"{path}/cancellation", headers=admin | {"If-Match": '"1"'})
    answer = await client.put(
        f"{path}/seats", json={"seats": 3}, headers=admin | {"If-Match": '"2"'}
    )
    assert problem(answer) == "class_not_open"


async def test_a_class_is_not_planned_for_a_version_that_is_over(opened, client):
    async with opened.works.write(SYSTEM) as work:
        _, version, _ = await a_course(work)
        version.state, version.closed_at = "closed", work.now()
    _, admin = await somebody(opened, Role.ADMIN)
    body = {"course_code": "TEST", "version": 1, "code": "A", "seats": 2}
    assert problem(await client.post("/api/v1/classes", json=body, headers=admin)) == (
        "version_not_open"
    )
    body["version"] = 2
    assert (await client.post("/api/v1/classes", json=body, headers=admin)).status_code == 404
