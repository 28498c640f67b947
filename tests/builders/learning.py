"""Courses, classes and enrolments for tests, beside `exams.a_course`."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from courses.catalogue.models import CourseVersion
from courses.enrolment.models import Enrolment, EnrolmentState
from courses.schedule.models import CourseClass, Meeting
from lms import role_rights
from lms.app import Platform
from lms.issuer.models import ISSUER_ID
from lms.kernel.actor import Actor
from lms.kernel.work import Work
from lms.orgs.organisations.models import Organisation, OrganisationState
from lms.orgs.staff.models import StaffLink, StaffRecord
from lms.people.grants.roles import Role
from tests.builders.exams import a_course
from tests.builders.people import a_person, somebody

SYSTEM = Actor.system("test")


@dataclass(frozen=True)
class AClass:
    """What a test needs to know of a class that was built for it."""

    id: UUID
    course_id: UUID
    course_code: str
    version_id: UUID


async def a_class(
    opened: Platform, *, seats: int = 10, code: str = "TEST", meetings: int = 0, **rules: Any
) -> AClass:
    """An open course with one class; meetings begin tomorrow, one a day, of two hours each."""
    async with opened.works.write(SYSTEM) as work:
        course, version, _ = await a_course(work, code, **rules)
        run = await a_run(work, version, seats=seats)
        for day in range(1, meetings + 1):
            await a_meeting(work, run.id, days=day)
        return AClass(run.id, course.id, course.code, version.id)


async def a_run(
    work: Work, version: CourseVersion, *, seats: int = 10, code: str = "A"
) -> CourseClass:
    """A class of a version."""
    run = CourseClass(id=work.new_id(), version_id=version.id, code=code, seats=seats)
    work.session.add(run)
    await work.session.flush()
    return run


async def a_later_version(work: Work, old: CourseVersion, effective_from: date) -> CourseVersion:
    """The next open version of a course, with the same rules and no teach-out date."""
    same = old.model_dump(exclude={"id", "number", "effective_from", "teach_out_on"})
    new = CourseVersion(
        id=work.new_id(), number=old.number + 1, effective_from=effective_from, **same
    )
    work.session.add(new)
    await work.session.flush()
    return new


async def a_meeting(
    work: Work,
    class_id: UUID,
    *,
    days: int = 1,
    trainer_id: UUID | None = None,
    contact_minutes: int = 120,
) -> Meeting:
    """A meeting some days from now, half an hour longer than its contact minutes."""
    starts = work.now() + timedelta(days=days)
    meeting = Meeting(
        id=work.new_id(),
        class_id=class_id,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=contact_minutes + 30),
        venue="Room 1",
        trainer_id=trainer_id,
        contact_minutes=contact_minutes,
    )
    work.session.add(meeting)
    await work.session.flush()
    return meeting


async def people(opened: Platform, count: int) -> list[UUID]:
    """That many people of the register."""
    async with opened.works.write(SYSTEM) as work:
        return [(await a_person(work)).id for _ in range(count)]


async def enrolled(opened: Platform, run: AClass, person_id: UUID, **changes: Any) -> UUID:
    """A confirmed enrolment in a class."""
    async with opened.works.write(SYSTEM) as work:
        values: dict[str, Any] = {
            "class_id": run.id,
            "state": EnrolmentState.CONFIRMED,
            "requested_at": work.now(),
            "confirmed_at": work.now(),
        }
        row = Enrolment(
            id=work.new_id(),
            person_id=person_id,
            course_id=run.course_id,
            version_id=run.version_id,
            **(values | changes),
        )
        work.session.add(row)
        return row.id


async def states(opened: Platform, class_id: UUID) -> list[str]:
    """The states of a class's enrolments, in the order of their making."""
    rows = await opened.pool.fetch(
        "SELECT state FROM enrolment WHERE class_id = $1 ORDER BY id", class_id
    )
    return [row["state"] for row in rows]


async def a_company(work: Work) -> Organisation:
    """A registered company."""
    company = Organisation(
        id=work.new_id(),
        issuer_id=ISSUER_ID,
        name_en="Harbour Calls",
        state=OrganisationState.REGISTERED,
        decided_at=work.now(),
    )
    work.session.add(company)
    await work.session.flush()
    return company


async def a_member_of_staff(
    work: Work,
    organisation_id: UUID,
    number: str,
    person_id: UUID | None = None,
    *,
    last_day: date | None = None,
) -> StaffRecord:
    """A staff record, linked since the first of January to the person, if one is given."""
    staff = StaffRecord(
        id=work.new_id(),
        organisation_id=organisation_id,
        staff_number=number,
        created_at=work.now(),
    )
    work.session.add(staff)
    await work.session.flush()
    if person_id is not None:
        link = StaffLink(
            id=work.new_id(),
            organisation_id=organisation_id,
            staff_record_id=staff.id,
            person_id=person_id,
            valid_from=date(2026, 1, 1),
            made_at=work.now(),
        )
        if last_day is not None:
            link.valid_to, link.ended_at = last_day + timedelta(days=1), work.now()
            link.end_reason = "left"
        work.session.add(link)
        await work.session.flush()
    return staff


@dataclass(frozen=True)
class AnEmployer:
    """A company with its manager, their headers, and the person of each staff number."""

    id: UUID
    manager: Actor
    headers: dict[str, str]
    people: dict[str, UUID]


async def an_employer(opened: Platform, *numbers: str) -> AnEmployer:
    """A company whose named staff are all linked to new people."""
    async with opened.works.write(SYSTEM) as work:
        company = await a_company(work)
        linked = {}
        for number in numbers:
            person = await a_person(work)
            await a_member_of_staff(work, company.id, number, person.id)
            linked[number] = person.id
    person_id, headers = await somebody(opened, Role.COMPANY_MANAGER, company.id)
    rights = role_rights.rights([(Role.COMPANY_MANAGER, company.id)])
    manager = Actor(kind="person", person_id=person_id, rights=rights, reach=str(company.id))
    return AnEmployer(company.id, manager, headers, linked)
