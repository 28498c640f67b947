"""Passes, awards and certificates for tests: made by the events and verbs of real work."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from certs.schemes.models import Scheme, SchemeKind
from courses.enrolment.models import Enrolment, EnrolmentState
from courses.events import CoursePassed
from courses.results.models import CourseResult
from lms.app import Platform
from lms.issuer.models import ISSUER_ID
from lms.kernel.actor import Actor
from lms.kernel.clock import local_day
from lms.kernel.queue import Delivery, deliver
from lms.kernel.work import Work
from lms.people.grants.roles import Role
from lms.people.persons.names import Names
from tests.builders.exams import a_course
from tests.builders.people import NAMES, a_person, signed_in

SYSTEM = Actor.system("test")
ZONE = "Asia/Hong_Kong"
Settle = Callable[[], Awaitable[int]]


@dataclass
class ASchool:
    """An open course with an approved scheme, and two admins to decide about its certificates."""

    opened: Platform
    course_id: UUID
    course_code: str
    version_id: UUID
    admin: UUID
    second: UUID
    headers: dict[str, str]
    second_headers: dict[str, str]
    validity_months: int | None
    issue: Any = "automatic"
    passes: list[CoursePassed] = field(default_factory=list)

    async def learner(self, names: Names = NAMES) -> UUID:
        """Somebody in the register."""
        async with self.opened.works.write(SYSTEM) as work:
            return (await a_person(work, names=names)).id

    async def passing(self, person_id: UUID | None = None) -> CoursePassed:
        """A released pass, told by its event; its handlers have not run yet."""
        person = person_id or await self.learner()
        async with self.opened.works.write(SYSTEM) as work:
            happened = await self.pass_in(work, person)
            await work.emit(happened)
        return happened

    async def pass_in(self, work: Work, person_id: UUID) -> CoursePassed:
        """The rows of a pass, and the event that would tell of it."""
        enrolment_id = work.new_id()
        work.session.add(
            Enrolment(
                id=enrolment_id,
                person_id=person_id,
                course_id=self.course_id,
                version_id=self.version_id,
                state=EnrolmentState.COMPLETED,
                requested_at=work.now(),
                confirmed_at=work.now(),
                completed_at=work.now(),
            )
        )
        await work.session.flush()
        result_id = await self.result_in(work, person_id, enrolment_id, 1)
        happened = CoursePassed(
            person_id=person_id,
            enrolment_id=enrolment_id,
            course_id=self.course_id,
            course_code=self.course_code,
            version_id=self.version_id,
            course_result_id=result_id,
            passed_on=local_day(work.now(), ZONE),
            validity_months=self.validity_months,
            issue=self.issue,
        )
        self.passes.append(happened)
        return happened

    async def result_in(self, work: Work, person_id: UUID, enrolment_id: UUID, number: int) -> UUID:
        """A passing course result."""
        result_id = work.new_id()
        work.session.add(
            CourseResult(
                id=result_id,
                enrolment_id=enrolment_id,
                number=number,
                person_id=person_id,
                course_id=self.course_id,
                version_id=self.version_id,
                mark_numerator=3,
                mark_denominator=4,
                passed=True,
                released_at=work.now(),
            )
        )
        await work.session.flush()
        return result_id

    async def row(self, statement: str, *values: Any) -> Any:
        """One row of the database as it is."""
        return await self.opened.pool.fetchrow(statement, *values)

    async def certificate_of(self, person_id: UUID) -> Any:
        """A person's newest certificate, or None."""
        return await self.row(
            "SELECT * FROM certificate WHERE person_id = $1 ORDER BY id DESC LIMIT 1", person_id
        )

    async def award_of(self, person_id: UUID) -> Any:
        """A person's newest award, or None."""
        return await self.row(
            "SELECT * FROM award WHERE person_id = $1 ORDER BY id DESC LIMIT 1", person_id
        )

    async def certified(self, settle: Settle, person_id: UUID | None = None) -> Any:
        """A signed certificate, made by a pass."""
        happened = await self.passing(person_id)
        await settle()
        return await self.certificate_of(happened.person_id)


async def a_school(
    opened: Platform,
    *,
    scheme: bool = True,
    automatic: bool = True,
    issue: str = "automatic",
    code: str = "CPCS",
    **rules: Any,
) -> ASchool:
    """A course whose passes lead to certificates, unless told otherwise."""
    async with opened.works.write(SYSTEM) as work:
        course, version, _ = await a_course(work, code, **rules)
        admin = await a_person(work, role=Role.ADMIN)
        second = await a_person(work, role=Role.ADMIN)
        if scheme:
            await a_scheme(work, course.id, admin.id, automatic=automatic)
    return ASchool(
        opened=opened,
        course_id=course.id,
        course_code=course.code,
        version_id=version.id,
        admin=admin.id,
        second=second.id,
        headers=await signed_in(opened, admin.id),
        second_headers=await signed_in(opened, second.id),
        validity_months=version.validity_months,
        issue=issue,
    )


async def a_scheme(
    work: Work, course_id: UUID, approved_by: UUID, *, automatic: bool = True, version: int = 1
) -> Scheme:
    """A version of a course's scheme."""
    scheme = Scheme(
        id=work.new_id(),
        issuer_id=ISSUER_ID,
        kind=SchemeKind.COURSE,
        course_id=course_id,
        version=version,
        automatic=automatic,
        signatories=[
            {"name": {"zh": None, "en": "Jane Wong"}, "title": {"zh": "主席", "en": "Chairman"}}
        ],
        approved_by=approved_by,
        approved_at=work.now(),
        reason="test",
    )
    work.session.add(scheme)
    await work.session.flush()
    return scheme


async def deliver_all(opened: Platform) -> None:
    """Every waiting delivery at once, as several workers would."""
    rows = await opened.pool.fetch("DELETE FROM queue.pgqueuer RETURNING payload")
    await asyncio.gather(*(deliver(opened.works, Delivery.of(row["payload"])) for row in rows))
