from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from courses.enrolment.seats.capacity import HOLD
from courses.enrolment.subscriptions import expire_previews
from lms.orgs.roster.leaving import leave
from lms.orgs.roster.service import Whose
from lms.orgs.staff.models import StaffLink
from lms.people.grants.roles import Role
from tests.builders.learning import (
    SYSTEM,
    a_class,
    a_member_of_staff,
    an_employer,
    enrolled,
    people,
    states,
)
from tests.builders.orgs import Watched
from tests.builders.people import signed_in, somebody
from tests.conftest import MORNING


def previews(employer) -> str:
    return f"/api/v1/organisations/{employer.id}/enrolments/previews"


def outcomes(answer) -> list[str]:
    return [row["outcome"] for row in answer.json()["rows"]]


async def test_a_list_is_previewed_and_those_possible_are_enrolled_with_a_sponsor(opened, client):
    employer = await an_employer(opened, "1", "2", "3")
    run = await a_class(opened, seats=2)
    await enrolled(opened, run, employer.people["2"], class_id=None)
    async with opened.works.write(SYSTEM) as work:
        await a_member_of_staff(work, employer.id, "unlinked")
    numbers = ["1", "2", "unlinked", "nobody", "1", "3"]
    body = {"course_code": "TEST", "class_id": str(run.id), "staff_numbers": numbers}
    answer = await client.post(previews(employer), json=body, headers=employer.headers)
    assert answer.status_code == 201, answer.text
    assert outcomes(answer) == [
        "seat",
        "enrolled_already",
        "not_linked",
        "unknown_staff_number",
        "named_twice",
        "seat",
    ]
    assert answer.json()["seats_held"] == 2
    commit = f"{previews(employer)}/{answer.json()['id']}/commit"
    done = await client.post(commit, json={"mode": "possible"}, headers=employer.headers)
    assert (done.json()["enrolled"], done.json()["refused"]) == (2, 4)
    assert [row["enrolment_id"] is not None for row in done.json()["rows"]] == [
        True,
        False,
        False,
        False,
        True,
        True,
    ]
    paid = await client.get(
        f"/api/v1/organisations/{employer.id}/enrolments", headers=employer.headers
    )
    assert {row["person_id"] for row in paid.json()["items"]} == {
        str(employer.people["1"]),
        str(employer.people["3"]),
    }


async def test_all_or_nobody_changes_nothing_and_says_every_outcome(opened, client):
    employer = await an_employer(opened, "1", "2")
    run = await a_class(opened, seats=1)
    body = {"course_code": "TEST", "class_id": str(run.id), "staff_numbers": ["1", "2"]}
    made = await client.post(previews(employer), json=body, headers=employer.headers)
    assert outcomes(made) == ["seat", "waitlist"]
    commit = f"{previews(employer)}/{made.json()['id']}/commit"
    refused = await client.post(commit, json={"mode": "all"}, headers=employer.headers)
    assert refused.status_code == 409
    assert refused.json()["type"] == "/problems/not_all_possible"
    assert outcomes(refused) == ["seat", "no_seat"]
    assert await states(opened, run.id) == []
    every = {"mode": "all", "join_waitlist": True}
    done = await client.post(commit, json=every, headers=employer.headers)
    assert (done.json()["enrolled"], done.json()["waitlisted"]) == (1, 1)
    assert await states(opened, run.id) == ["confirmed", "waitlisted"]


async def test_kept_seats_are_nobody_elses_until_they_expire_and_then_go_to_who_waits(
    opened, client, clock
):
    employer = await an_employer(opened, "1", "2")
    run = await a_class(opened, seats=2)
    body = {"course_code": "TEST", "class_id": str(run.id), "staff_numbers": ["1", "2"]}
    made = await client.post(previews(employer), json=body, headers=employer.headers)
    _, learner = await somebody(opened)
    wish = {"course_code": "TEST", "class_id": str(run.id), "join_waitlist": True}
    waits = await client.post("/api/v1/me/enrolments", json=wish, headers=learner)
    assert waits.json()["state"] == "waitlisted"
    clock.advance(HOLD - timedelta(seconds=1))
    await expire_previews(opened.works)
    assert await states(opened, run.id) == ["waitlisted"]
    clock.advance(timedelta(seconds=1))
    await expire_previews(opened.works)
    assert await states(opened, run.id) == ["confirmed"]
    commit = f"{previews(employer)}/{made.json()['id']}/commit"
    headers = await signed_in(opened, employer.manager.person)
    late = await client.post(commit, json={"mode": "possible"}, headers=headers)
    assert late.json()["type"] == "/problems/preview_over"


async def test_a_new_preview_replaces_the_old_and_a_cancelled_one_gives_its_seats_back(
    opened, client
):
    employer = await an_employer(opened, "1", "2")
    run = await a_class(opened, seats=2)
    body = {"course_code": "TEST", "class_id": str(run.id), "staff_numbers": ["1", "2"]}
    first = await client.post(previews(employer), json=body, headers=employer.headers)
    second = await client.post(previews(employer), json=body, headers=employer.headers)
    assert (first.json()["seats_held"], second.json()["seats_held"]) == (2, 2)
    assert await opened.pool.fetchval("SELECT sum(seats) FROM seat_hold") == 2
    gone = f"{previews(employer)}/{first.json()['id']}/cancellation"
    assert (await client.post(gone, headers=employer.headers)).status_code == 409
    gone = f"{previews(employer)}/{second.json()['id']}/cancellation"
    assert (await client.post(gone, headers=employer.headers)).status_code == 204
    assert await opened.pool.fetchval("SELECT count(*) FROM seat_hold") == 0


async def test_a_course_without_classes_has_no_seats_to_keep_and_its_previews_expire_too(
    opened, client, clock
):
    employer = await an_employer(opened, "1", "2")
    run = await a_class(opened)
    body = {"course_code": "TEST", "staff_numbers": ["1"]}
    first = await client.post(previews(employer), json=body, headers=employer.headers)
    commit = f"{previews(employer)}/{first.json()['id']}/commit"
    done = await client.post(commit, json={"mode": "all"}, headers=employer.headers)
    assert done.json()["enrolled"] == 1
    body["staff_numbers"] = ["2"]
    second = await client.post(previews(employer), json=body, headers=employer.headers)
    clock.advance(HOLD)
    await expire_previews(opened.works)
    headers = await signed_in(opened, employer.manager.person)
    gone = f"{previews(employer)}/{second.json()['id']}/cancellation"
    assert (await client.post(gone, headers=headers)).status_code == 409
    assert await states(opened, run.id) == []


async def test_a_csv_is_read_like_a_roster(opened, client):
    employer = await an_employer(opened, "A1", "A2")
    await a_class(opened)
    headers = employer.headers | {"Content-Type": "text/csv"}
    answer = await client.post(
        f"{previews(employer)}/csv?course_code=TEST&charset=big5",
        content="員工編號,姓名\nA1,陳\nA2,李\n".encode("big5hkscs"),
        headers=headers,
    )
    assert answer.status_code == 201, answer.text
    assert outcomes(answer) == ["seat", "seat"]
    assert answer.json()["seats_held"] == 0
    bad = await client.post(
        f"{previews(employer)}/csv?course_code=TEST", content=b"name\nx\n", headers=headers
    )
    assert bad.status_code == 422
    assert bad.json()["errors"][0]["pointer"] == "/line/1"


async def test_another_companys_staff_and_previews_do_not_exist(opened, client):
    ours = await an_employer(opened, "1")
    theirs = await an_employer(opened, "2")
    run = await a_class(opened)
    body = {"course_code": "TEST", "class_id": str(run.id), "staff_numbers": ["2"]}
    answer = await client.post(previews(ours), json=body, headers=ours.headers)
    assert outcomes(answer) == ["unknown_staff_number"]
    assert (await client.post(previews(theirs), json=body, headers=ours.headers)).status_code == 404
    made = await client.post(previews(theirs), json=body, headers=theirs.headers)
    commit = f"{previews(ours)}/{made.json()['id']}/commit"
    answer = await client.post(commit, json={"mode": "possible"}, headers=ours.headers)
    assert answer.status_code == 404
    [stranger] = await people(opened, 1)
    private = await enrolled(opened, run, stranger)
    back = f"/api/v1/organisations/{ours.id}/enrolments/{private}/withdrawal"
    assert (await client.post(back, headers=ours.headers)).status_code == 404


async def test_learners_and_trainers_do_not_enrol_a_companys_staff(opened, client):
    employer = await an_employer(opened, "1")
    body = {"course_code": "TEST", "staff_numbers": ["1"]}
    for role in (None, Role.TRAINER):
        _, headers = await somebody(opened, role)
        answer = await client.post(previews(employer), json=body, headers=headers)
        assert answer.status_code in {403, 404}


async def replace_by_shorter(client, employer, body, _):
    shorter = body | {"staff_numbers": ["1"]}
    return await client.post(previews(employer), json=shorter, headers=employer.headers)


async def cancel(client, employer, _, preview_id):
    path = f"{previews(employer)}/{preview_id}/cancellation"
    return await client.post(path, headers=employer.headers)


async def commit_what_is_left(client, employer, _, preview_id):
    path = f"{previews(employer)}/{preview_id}/commit"
    return await client.post(path, json={"mode": "possible"}, headers=employer.headers)


@pytest.mark.parametrize("act", [replace_by_shorter, cancel, commit_what_is_left])
async def test_a_kept_seat_that_is_not_used_goes_at_once_to_whoever_waits(opened, client, act):
    employer = await an_employer(opened, "1", "2")
    run = await a_class(opened, seats=2)
    body = {"course_code": "TEST", "class_id": str(run.id), "staff_numbers": ["1", "2"]}
    made = await client.post(previews(employer), json=body, headers=employer.headers)
    [waiting] = await people(opened, 1)
    waits = await enrolled(
        opened, run, waiting, state="waitlisted", confirmed_at=None, waitlist_place=1
    )
    await enrolled(opened, run, employer.people["2"], class_id=None)
    done = await act(client, employer, body, made.json()["id"])
    assert done.is_success, done.text
    state = await opened.pool.fetchval("SELECT state FROM enrolment WHERE id = $1", waits)
    assert state == "confirmed"


async def test_a_commit_with_its_key_is_the_same_success_twice(opened, client):
    employer = await an_employer(opened, "1")
    run = await a_class(opened)
    body = {"course_code": "TEST", "class_id": str(run.id), "staff_numbers": ["1"]}
    made = await client.post(previews(employer), json=body, headers=employer.headers)
    commit = f"{previews(employer)}/{made.json()['id']}/commit"
    keyed = employer.headers | {"Idempotency-Key": "once"}
    first = await client.post(commit, json={"mode": "all"}, headers=keyed)
    second = await client.post(commit, json={"mode": "all"}, headers=keyed)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert await states(opened, run.id) == ["confirmed"]
    again = await client.post(commit, json={"mode": "all"}, headers=employer.headers)
    assert again.json()["type"] == "/problems/preview_over"


async def test_a_leaver_of_the_meantime_is_not_enrolled_by_the_commit(opened, client):
    employer = await an_employer(opened, "1", "2")
    run = await a_class(opened)
    body = {"course_code": "TEST", "class_id": str(run.id), "staff_numbers": ["1", "2"]}
    made = await client.post(previews(employer), json=body, headers=employer.headers)
    async with opened.works.write(SYSTEM) as work:
        query = select(StaffLink).where(col(StaffLink.person_id) == employer.people["2"])
        link = (await work.session.scalars(query)).one()
        link.valid_to, link.ended_at, link.end_reason = MORNING.date(), work.now(), "left"
    commit = f"{previews(employer)}/{made.json()['id']}/commit"
    done = await client.post(commit, json={"mode": "possible"}, headers=employer.headers)
    assert outcomes(done) == ["seat", "not_linked"]
    assert await states(opened, run.id) == ["confirmed"]


async def test_somebody_on_notice_is_enrolled_until_their_last_day_is_over(opened, client, clock):
    employer = await an_employer(opened)
    run = await a_class(opened)
    for number in ("1", "2"):
        [person] = await people(opened, 1)
        async with opened.works.write(SYSTEM) as work:
            await a_member_of_staff(work, employer.id, number, person, last_day=MORNING.date())
    body = {"course_code": "TEST", "class_id": str(run.id)}

    async def previewed(*numbers):
        headers = await signed_in(opened, employer.manager.person)
        listed = body | {"staff_numbers": list(numbers)}
        made = await client.post(previews(employer), json=listed, headers=headers)
        return made, f"{previews(employer)}/{made.json()['id']}/commit", headers

    over = MORNING.replace(hour=16)  # 00:00 on the day after, where the issuer is
    clock.at = over - timedelta(seconds=1)
    made, commit, headers = await previewed("1")
    assert outcomes(made) == ["seat"]
    done = await client.post(commit, json={"mode": "all"}, headers=headers)
    assert done.json()["enrolled"] == 1, done.text
    made, commit, headers = await previewed("2")
    assert outcomes(made) == ["seat"]
    clock.at = over
    late = await client.post(commit, json={"mode": "all"}, headers=headers)
    assert late.json()["type"] == "/problems/not_all_possible"
    made, *_ = await previewed("2")
    assert outcomes(made) == ["not_linked"]


async def test_who_is_dismissed_on_the_spot_is_not_enrolled_that_day(opened, client):
    employer = await an_employer(opened, "1")
    await a_class(opened)
    async with opened.works.write(SYSTEM) as work:
        [link] = await work.session.scalars(select(StaffLink))
        await leave(work, Watched(), Whose(employer.id, link.staff_record_id), MORNING.date())
    body = {"course_code": "TEST", "staff_numbers": ["1"]}
    made = await client.post(previews(employer), json=body, headers=employer.headers)
    assert outcomes(made) == ["not_linked"]
