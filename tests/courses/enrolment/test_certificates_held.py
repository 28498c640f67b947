"""Certificates in force that day: for oneself, a company's list, a move, a company's view."""

from datetime import date, timedelta

from courses.catalogue.models import CourseVersion, Prerequisite
from tests.builders.certs import a_school
from tests.builders.learning import (
    SYSTEM,
    a_class,
    a_later_version,
    a_member_of_staff,
    a_run,
    an_employer,
    enrolled,
)
from tests.builders.people import a_person, signed_in, somebody

MINE = "/api/v1/me/enrolments"
MONTH = timedelta(days=31)


async def needs(opened, version_id, school) -> None:
    async with opened.works.write(SYSTEM) as work:
        row = Prerequisite(version_id=version_id, required_course_id=school.course_id)
        work.session.add(row)


async def test_a_holder_is_admitted_until_the_last_day_of_the_certificate(
    opened, client, settle, clock
):
    school = await a_school(opened, code="NEED", validity_months=1)
    run = await a_class(opened)
    await needs(opened, run.version_id, school)
    holders = [await somebody(opened) for _ in range(2)]
    for person, _ in holders:
        await school.certified(settle, person)
    body = {"course_code": "TEST"}
    made = await client.post(MINE, json=body, headers=holders[0][1])
    assert made.status_code == 201, made.text
    clock.advance(MONTH)
    headers = await signed_in(opened, holders[1][0])
    late = await client.post(MINE, json=body, headers=headers)
    assert late.json()["course_codes"] == ["NEED"]


async def test_a_companys_list_says_who_lacks_a_certificate(opened, client, settle):
    school = await a_school(opened, code="NEED")
    run = await a_class(opened)
    await needs(opened, run.version_id, school)
    employer = await an_employer(opened, "1", "2")
    await school.certified(settle, employer.people["2"])
    path = f"/api/v1/organisations/{employer.id}/enrolments/previews"
    body = {"course_code": "TEST", "staff_numbers": ["1", "2"]}
    made = await client.post(path, json=body, headers=employer.headers)
    told = [row["outcome"] for row in made.json()["rows"]]
    assert told == ["prerequisites_missing", "seat"]


async def test_a_move_to_another_version_asks_for_what_that_version_asks(opened, client, settle):
    school = await a_school(opened, code="NEED")
    run = await a_class(opened)
    async with opened.works.write(SYSTEM) as work:
        old = await work.session.get_one(CourseVersion, run.version_id)
        new = await a_later_version(work, old, date(2026, 2, 1))
        other = await a_run(work, new)
    await needs(opened, new.id, school)
    person, headers = await somebody(opened)
    mine = await enrolled(opened, run, person)
    body = {"class_id": str(other.id), "agree_to_version": 2}
    refused = await client.post(f"{MINE}/{mine}/move", json=body, headers=headers)
    assert refused.json()["type"] == "/problems/prerequisites_missing"
    await school.certified(settle, person)
    moved = await client.post(f"{MINE}/{mine}/move", json=body, headers=headers)
    assert moved.json()["version_id"] == str(new.id), moved.text


async def test_a_company_sees_a_leavers_certificate_as_it_was_on_the_last_day(
    opened, client, settle, clock
):
    school = await a_school(opened, code="NEED", validity_months=1)
    employer = await an_employer(opened)
    person, _ = await somebody(opened)
    async with opened.works.write(SYSTEM) as work:
        await a_member_of_staff(work, employer.id, "1", person, last_day=date(2026, 3, 10))
    await school.certified(settle, person)
    path = f"/api/v1/organisations/{employer.id}/staff-progress"

    async def seen():
        headers = await signed_in(opened, employer.manager.person)
        [row] = (await client.get(path, headers=headers)).json()["items"]
        return row["courses"]

    before = await seen()
    assert [course["certified_until"] for course in before] == ["2026-04-01"]
    clock.advance(MONTH)
    await school.certified(settle, person)
    assert await seen() == before


async def test_what_befalls_a_certificate_after_its_holder_left_is_not_the_companys_to_know(
    opened, client, settle, clock
):
    school = await a_school(opened, code="NEED")
    employer = await an_employer(opened, "4 stays")
    people = [employer.people["4 stays"]]
    async with opened.works.write(SYSTEM) as work:
        for number in ("3 left, still suspended", "2 left, put right", "1 left, suspended later"):
            person = (await a_person(work)).id
            await a_member_of_staff(work, employer.id, number, person, last_day=date(2026, 3, 10))
            people.append(person)
    made = [await school.certified(settle, person) for person in people]
    stays, still, put_right, later = [f"/api/v1/certificates/{row['id']}" for row in made]
    path = f"/api/v1/organisations/{employer.id}/staff-progress"

    async def happens(act, *certificates):
        headers = await signed_in(opened, school.admin)
        for certificate in certificates:
            answer = await client.post(
                f"{certificate}/{act}", json={"reason": "test"}, headers=headers
            )
            assert answer.status_code == 201, answer.text

    async def seen():
        headers = await signed_in(opened, employer.manager.person)
        rows = (await client.get(path, headers=headers)).json()["items"]
        return [[course["certified"] for course in row["courses"]] for row in rows]

    await happens("suspension", still, put_right)
    assert await seen() == [[True], [False], [False], [True]]
    clock.advance(MONTH)
    await happens("reinstatement", put_right)
    await happens("suspension", later, stays)
    assert await seen() == [[True], [False], [False], [False]]
    await happens("reinstatement", stays)
    assert await seen() == [[True], [False], [False], [True]]
