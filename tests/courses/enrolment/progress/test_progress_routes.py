from datetime import date, timedelta

from sqlalchemy import select

from courses.enrolment.attendance.models import Attendance
from lms.orgs.staff.models import StaffLink
from lms.people.grants.roles import Role
from tests.builders.candidates import sit
from tests.builders.exams import a_candidate, an_exam
from tests.builders.learning import (
    SYSTEM,
    a_class,
    a_meeting,
    a_member_of_staff,
    an_employer,
    enrolled,
)
from tests.builders.people import a_person, signed_in, somebody
from tests.conftest import MORNING


async def attended(opened, run, seat, minutes) -> None:
    async with opened.works.write(SYSTEM) as work:
        meeting = await a_meeting(work, run.id, days=0)
        recorder = await a_person(work)
        work.session.add(
            Attendance(
                meeting_id=meeting.id,
                enrolment_id=seat,
                minutes=minutes,
                contact_minutes=meeting.contact_minutes,
                recorded_by=recorder.id,
                recorded_at=work.now(),
            )
        )


async def test_a_company_sees_its_own_staff_course_by_course_and_no_result(opened, client):
    employer = await an_employer(opened, "1", "2", "3")
    run = await a_class(opened)
    async with opened.works.write(SYSTEM) as work:
        await a_member_of_staff(work, employer.id, "4")
    paid = await enrolled(opened, run, employer.people["1"], organisation_id=employer.id)
    own = await enrolled(
        opened,
        run,
        employer.people["2"],
        state="completed",
        completed_at=MORNING,
    )
    await attended(opened, run, paid, 100)
    await attended(opened, run, own, 100)
    path = f"/api/v1/organisations/{employer.id}/staff-progress"
    answer = await client.get(path, headers=employer.headers)
    assert answer.status_code == 200, answer.text
    seen = {row["staff_number"]: row for row in answer.json()["items"]}
    course = {"course_code": "TEST", "enrolled": True, "certified": False, "certified_until": None}
    course |= {"passed": None, "percent": None}
    assert seen["1"]["courses"] == [course | {"attended_minutes": 100}]
    assert seen["2"]["courses"] == [course | {"attended_minutes": None}]
    assert seen["3"]["courses"] == seen["4"]["courses"] == []
    assert [seen[number]["linked"] for number in "1234"] == [True, True, True, False]
    assert "completed" not in answer.text


async def test_a_completed_seat_looks_to_its_company_like_any_other(opened, client):
    employer = await an_employer(opened, "1", "2")
    run = await a_class(opened)
    await enrolled(opened, run, employer.people["1"], organisation_id=employer.id)
    await enrolled(
        opened,
        run,
        employer.people["2"],
        organisation_id=employer.id,
        state="completed",
        completed_at=MORNING,
        revision=2,
    )
    path = f"/api/v1/organisations/{employer.id}/enrolments"
    rows = (await client.get(path, headers=employer.headers)).json()["items"]
    told = [{name: row[name] for name in row if name not in {"id", "person_id"}} for row in rows]
    assert told[0] == told[1]


async def test_pages_follow_the_staff_numbers(opened, client):
    employer = await an_employer(opened, "A", "B", "C")
    path = f"/api/v1/organisations/{employer.id}/staff-progress"
    first = (await client.get(f"{path}?limit=2", headers=employer.headers)).json()
    rest = (
        await client.get(f"{path}?cursor={first['next_cursor']}", headers=employer.headers)
    ).json()
    assert [row["staff_number"] for row in first["items"] + rest["items"]] == ["A", "B", "C"]


async def test_another_companys_view_does_not_exist(opened, client):
    ours = await an_employer(opened, "1")
    theirs = await an_employer(opened, "2")
    _, learner = await somebody(opened)
    _, auditor = await somebody(opened, Role.AUDITOR)
    for what in ("staff-progress", "enrolments"):
        path = f"/api/v1/organisations/{theirs.id}/{what}"
        assert (await client.get(path)).status_code == 401
        assert (await client.get(path, headers=ours.headers)).status_code == 404
        assert (await client.get(path, headers=learner)).status_code == 404
        assert (await client.get(path, headers=auditor)).status_code == 200


async def test_a_person_of_two_companies_is_seen_by_each_through_its_own_link_only(opened, client):
    ours = await an_employer(opened, "1")
    theirs = await an_employer(opened)
    run = await a_class(opened)
    async with opened.works.write(SYSTEM) as work:
        await a_member_of_staff(work, theirs.id, "X9", ours.people["1"])
    seat = await enrolled(opened, run, ours.people["1"], organisation_id=ours.id)
    await attended(opened, run, seat, 100)
    path = f"/api/v1/organisations/{theirs.id}/staff-progress"
    [row] = (await client.get(path, headers=theirs.headers)).json()["items"]
    assert row["staff_number"] == "X9"
    assert [course["attended_minutes"] for course in row["courses"]] == [None]


async def result_seen(client, employer) -> tuple[bool | None, str | None]:
    path = f"/api/v1/organisations/{employer.id}/staff-progress"
    [row] = (await client.get(path, headers=employer.headers)).json()["items"]
    [course] = row["courses"]
    return course["passed"], course["percent"]


async def test_a_result_is_seen_while_the_persons_consent_stands_and_with_the_employment_that_ends(
    opened, client, clock
):
    exam = await an_exam(opened)
    employer = await an_employer(opened)
    other = await an_employer(opened)
    candidate = await a_candidate(opened, exam)
    async with opened.works.write(SYSTEM) as work:
        for company in (employer, other):
            await a_member_of_staff(work, company.id, "1", candidate.person_id)
    await sit(client, candidate, exam, rights=1)
    assert await result_seen(client, employer) == (None, None)
    consents, body = "/api/v1/me/consents", {"organisation_id": str(employer.id)}
    given = await client.post(consents, json=body, headers=candidate.headers)
    assert given.status_code == 201, given.text
    assert await result_seen(client, employer) == (False, "25.00")
    assert await result_seen(client, other) == (None, None)
    async with opened.works.write(SYSTEM) as work:
        for link in await work.session.scalars(select(StaffLink)):
            link.valid_to, link.ended_at, link.end_reason = date(2026, 3, 3), work.now(), "left"
    clock.advance(timedelta(days=1))
    candidate.headers = await signed_in(opened, candidate.person_id)
    employer.headers.update(await signed_in(opened, employer.manager.person))
    await opened.pool.execute("UPDATE sitting SET closes_at = closes_at + interval '2 days'")
    await sit(client, candidate, exam, rights=4)
    assert await result_seen(client, employer) == (None, None)
    withdrawn = await client.delete(f"{consents}/{employer.id}", headers=candidate.headers)
    assert withdrawn.status_code == 200, withdrawn.text
    assert await result_seen(client, employer) == (None, None)


async def test_a_record_that_was_first_linked_to_the_wrong_person_shows_the_right_one(
    opened, client
):
    employer = await an_employer(opened, "1")
    run = await a_class(opened)
    async with opened.works.write(SYSTEM) as work:
        right = await a_person(work)
        [link] = await work.session.scalars(select(StaffLink))
        link.valid_to, link.ended_at, link.end_reason = link.valid_from, work.now(), "wrong person"
        await work.session.flush()
        made = link.model_dump(include={"organisation_id", "staff_record_id", "valid_from"})
        again = StaffLink(id=work.new_id(), person_id=right.id, made_at=work.now(), **made)
        work.session.add(again)
    await enrolled(opened, run, employer.people["1"], confirmed_at=MORNING - timedelta(99))
    path = f"/api/v1/organisations/{employer.id}/staff-progress"
    answer = await client.get(path, headers=employer.headers)
    assert [(row["linked"], row["courses"]) for row in answer.json()["items"]] == [(True, [])]


async def test_of_somebody_on_notice_it_sees_what_was_so_by_the_last_day(opened, client, clock):
    """A link to come is not theirs yet, and one that was never to begin hides nothing."""
    employer = await an_employer(opened)
    run = await a_class(opened)
    async with opened.works.write(SYSTEM) as work:
        leaver, successor = [await a_person(work) for _ in range(2)]
        last_day, ids = MORNING.date(), []
        for number in ("1", "2"):
            person = leaver if number == "1" else await a_person(work)
            staff = await a_member_of_staff(work, employer.id, number, person.id, last_day=last_day)
            ids.append((staff.id, person.id))
        end = last_day + timedelta(days=1)
        made = {"organisation_id": employer.id, "valid_from": end, "made_at": work.now()}
        (one, _), (two, undone) = ids
        taken_back = {"valid_to": end, "ended_at": work.now(), "end_reason": "dismissed"}
        work.session.add(
            StaffLink(id=work.new_id(), staff_record_id=one, person_id=successor.id, **made)
        )
        work.session.add(
            StaffLink(id=work.new_id(), staff_record_id=two, person_id=undone, **made, **taken_back)
        )
    before = MORNING - timedelta(days=9)
    await enrolled(opened, run, leaver.id, confirmed_at=before)
    await enrolled(opened, run, undone, confirmed_at=before, organisation_id=employer.id)

    async def seen():
        headers = await signed_in(opened, employer.manager.person)
        path = f"/api/v1/organisations/{employer.id}/staff-progress"
        rows = (await client.get(path, headers=headers)).json()["items"]
        return [(row["linked"], len(row["courses"])) for row in rows]

    assert await seen() == [(True, 1), (True, 1)]
    clock.advance(timedelta(days=1))
    assert await seen() == [(True, 0), (False, 1)]
    await opened.pool.execute(
        "UPDATE enrolment SET state = 'withdrawn', withdrawn_reason = 'learner', withdrawn_at = $1"
        " WHERE person_id = $2",
        before,
        undone,
    )
    path = f"/api/v1/organisations/{employer.id}/enrolments"
    headers = await signed_in(opened, employer.manager.person)
    [paid] = (await client.get(path, headers=headers)).json()["items"]
    assert paid["state"] == "withdrawn"
