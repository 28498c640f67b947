"""People, centres, exams and open attempts by the hundred, for the bench's centre figures."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx

from certs.schemes.permissions import APPROVE_SCHEMES
from certs.schemes.schemas import CourseSchemeIn
from certs.schemes.service import approve_course_scheme
from courses.catalogue.models import Component, CourseVersion, ValidityKind, VersionState
from courses.enrolment.models import Enrolment, EnrolmentState
from lms.app import Platform
from lms.kernel.actor import Actor
from lms.kernel.db import ISSUER_REACH
from lms.kernel.work import Work
from lms.orgs.organisations import service as organisations
from lms.orgs.organisations.service import CompanyNames
from tests.builders.candidates import right
from tests.builders.exams import a_bank, a_published_exam, a_sitting
from tests.builders.people import a_person, signed_in
from tests.certs.centres.crowd import a_crowd
from tests.certs.centres.world import World

SYSTEM = Actor.system("bench")


@dataclass(frozen=True)
class BenchExam:
    """A short exam of a course whose certificates qualify a centre."""

    code: str
    course_id: UUID
    version_id: UUID
    sitting_id: UUID


@dataclass(frozen=True)
class Ready:
    """Somebody with an answered attempt that only needs submitting, and their centre."""

    centre_id: UUID
    attempt_id: str
    headers: dict[str, str]


async def a_bench_world(opened: Platform) -> World:
    """A company and two deciders, over the catalogue that the server has loaded."""
    rows = await opened.pool.fetch("SELECT code, id FROM course")
    async with opened.works.write(SYSTEM) as work:
        company = await organisations.register_new(work, CompanyNames("長凳", "Bench"), None)
        deciders = [(await a_person(work)).id for _ in range(2)]
    courses = {row["code"]: row["id"] for row in rows}
    clock: Any = opened.works.clock
    return World(opened.works, clock, company.id, (deciders[0], deciders[1]), courses)


async def a_bench_exam(opened: Platform, world: World, code: str, **rules: Any) -> BenchExam:
    """Open a course of the catalogue with an exam of two questions, certificates automatic."""
    async with opened.works.write(SYSTEM) as work:
        version_id, component_id = await _open_version(work, world.courses[code])
        bank_id = await a_bank(work, world.courses[code], 3)
        exam_id = await a_published_exam(work, component_id, bank_id, 2, **rules)
        sitting = await a_sitting(work, exam_id)
    admin = Actor(
        kind="person",
        person_id=world.deciders[0],
        rights={APPROVE_SCHEMES: None},
        reach=ISSUER_REACH,
    )
    async with opened.works.write(admin) as work:
        await approve_course_scheme(work, code, CourseSchemeIn(automatic=True, reason="bench"))
    return BenchExam(code, world.courses[code], version_id, sitting.id)


async def _open_version(work: Work, course_id: UUID) -> tuple[UUID, UUID]:
    version = CourseVersion(
        id=work.new_id(),
        course_id=course_id,
        number=1,
        state=VersionState.OPEN,
        effective_from=date(2026, 1, 1),
        contact_minutes=600,
        fee_hkd_cents=0,
        prerequisites_decided=True,
        validity_kind=ValidityKind.MONTHS,
        validity_months=24,
        opened_at=work.now(),
    )
    work.session.add(version)
    await work.session.flush()
    component = Component(
        id=work.new_id(),
        version_id=version.id,
        position=1,
        title_zh_hant="卷",
        title_en="Paper",
        weight=1,
        pass_mark_percent=50,
    )
    work.session.add(component)
    await work.session.flush()
    return version.id, component.id


async def ready_in_centres(
    opened: Platform, world: World, exam: BenchExam, url: str, *, centres: int, size: int = 1
) -> list[Ready]:
    """So many registered centres of so many linked people, everybody with an answered attempt."""
    ready = []
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        for _ in range(centres):
            centre_id = await world.centre()
            people = await a_crowd(world, centre_id, size=size, qualified=0)
            await _enrol(opened, exam, people)
            for person_id in people:
                headers = await signed_in(opened, person_id)
                attempt_id = await _answered(client, headers, exam)
                ready.append(Ready(centre_id, attempt_id, headers))
    return ready


async def _enrol(opened: Platform, exam: BenchExam, people: list[UUID]) -> None:
    async with opened.works.write(SYSTEM) as work:
        work.session.add_all(
            Enrolment(
                id=work.new_id(),
                person_id=person_id,
                course_id=exam.course_id,
                version_id=exam.version_id,
                state=EnrolmentState.CONFIRMED,
                requested_at=work.now(),
                confirmed_at=work.now() - timedelta(seconds=1),
            )
            for person_id in people
        )


async def _answered(client: httpx.AsyncClient, headers: dict[str, str], exam: BenchExam) -> str:
    body = {"sitting_id": str(exam.sitting_id)}
    started = await client.post("/api/v1/attempts", json=body, headers=headers)
    started.raise_for_status()
    attempt = started.json()
    for item in attempt["items"]:
        path = f"/api/v1/attempts/{attempt['id']}/answers/{item['position']}"
        saved = await client.put(path, json={"answer": right(item), "revision": 0}, headers=headers)
        saved.raise_for_status()
    return str(attempt["id"])
